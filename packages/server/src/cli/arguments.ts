/** The names after a command: of users, or of clients. */
import { parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'

/** The names of a command without flags. */
export function names(args: readonly string[]): readonly string[] {
  return parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
}

/** The only name. @throws CommandError with the usage when there is none, or more than one */
export function one(positionals: readonly string[], usage: string): string {
  const [name, ...rest] = positionals
  if (name === undefined || rest.length > 0) throw new CommandError(usage)
  return name
}
