/** The names that stand behind a command: of users, of clients. */
import { parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'

/** Those of a command that takes no flags. */
export function names(args: readonly string[]): readonly string[] {
  return parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
}

/** The only one. @throws CommandError with the usage when there is none, or more */
export function one(positionals: readonly string[], usage: string): string {
  const [name, ...rest] = positionals
  if (name === undefined || rest.length > 0) throw new CommandError(usage)
  return name
}
