/** The command line: `create-countersign [folder] [--template hono|express|next] [--yes]`. */
import { parseArgs } from 'node:util'

export const templates = ['hono', 'express', 'next'] as const

export type Template = (typeof templates)[number]

export interface Arguments {
  readonly folder: string | undefined
  readonly template: Template | undefined
  /** Asks nothing, and takes the defaults. */
  readonly yes: boolean
  readonly help: boolean
}

/** A mistake of the user, whose message says what to do. */
export class Mistake extends Error {}

/** A wrong command line. */
export class UsageError extends Mistake {}

export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args)
  const { template, yes = false, help = false } = values
  if (positionals.length > 1) throw new UsageError(`Name one folder, not ${positionals.length}.`)
  if (template !== undefined && !isTemplate(template)) {
    throw new UsageError(`There is no template ${JSON.stringify(template)}. Choose one of ${templates.join(', ')}.`)
  }
  return { folder: positionals[0], template, yes, help }
}

export function isTemplate(name: string): name is Template {
  return templates.some((template) => template === name)
}

function parse(args: readonly string[]) {
  const options = {
    template: { type: 'string', short: 't' },
    yes: { type: 'boolean', short: 'y' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's message names the argument.
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
