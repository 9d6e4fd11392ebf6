/** What happens after an error: one message, at the end, and the exit code. 2 means that the command line is wrong; 1 is any other failure. */
import { type Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { didYouMean } from '../config/did-you-mean.ts'
import { printable } from '../trace/format.ts'
import { UsageError } from './command-error.ts'
import { usageOf } from './help.ts'
import { reportFailure } from './report-failure.ts'
import { printError } from './terminal/print.ts'

/** @throws the error again when it is our bug */
export async function failed(error: unknown, program: Command, words: readonly string[]): Promise<void> {
  if (error instanceof CommanderError || error instanceof UsageError) {
    // The library ends `--help` and `--version` with an error of code 0.
    if (error instanceof CommanderError && error.exitCode === 0) return
    const command = commandOf(program, words)
    const message = error instanceof UsageError ? error.message : sentenceOf(error, command)
    printError(`Usage: ${usageOf(command)}\nHelp:  ${fullName(command)} --help\n\n${message}`)
    process.exitCode = 2
  } else {
    await reportFailure(error)
  }
}

/** The command that the words name. When they name none, the group or the program that they name. */
function commandOf(program: Command, words: readonly string[]): CommandUnknownOpts {
  let command: CommandUnknownOpts = program
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (next === undefined) return command
    command = next
  }
  return command
}

function fullName(command: CommandUnknownOpts): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()
}

/** The name of the flag without what is written at it: `--pasword=hunter2`, `-phunter2`. */
function unknownFlag(message: string, { options, registeredArguments }: CommandUnknownOpts): string {
  const [, given = '', suggestion = ''] = /^error: unknown option '(.*?)'(?:\n\((.*)\))?$/s.exec(message) ?? []
  const flag = /^--[^=]*|^-./su.exec(given)?.[0] ?? ''
  if (options.some(({ long, short }) => flag === long || flag === short)) return `${flag} takes no value.`
  const names = options.flatMap(({ long }) => long ?? [])
  // The library has compared the flag together with its value.
  const meant = given === flag ? ` ${suggestion}` : didYouMean(flag, names).replace(/^: did/, ' Did')
  const mayBeValue = registeredArguments.length > 0 && !flag.startsWith('--')
  const value = mayBeValue ? ' A value that begins with - stands last, after --.' : ''
  return printable(`Unknown flag '${flag}'.${meant.trimEnd()}${value}`)
}

/** The library's message in our words, on one line. It does not repeat arguments: one could be a password. */
function sentenceOf({ code, message }: CommanderError, command: CommandUnknownOpts): string {
  if (code === 'commander.help') return `Name a command: ${command.commands.map((each) => each.name()).join(', ')}.`
  const [, flag, argument, choices] =
    /(?:option '(--[\w-]+)|argument '([\w-]+)').*Allowed choices are (.*)\.$/s.exec(message) ?? []
  if (choices !== undefined) return `${flag ?? `<${argument}>`} must be one of ${choices}.`
  if (code === 'commander.unknownOption') return unknownFlag(message, command)
  const [, valueless, value] = /^error: option '(.+) (<.+>)' argument missing$/.exec(message) ?? []
  if (valueless !== undefined) return `${valueless} needs a value: ${value}.`
  const text = message
    .replace(/^error: /, '')
    .replace(/\n\((.*)\)$/, '. $1')
    .replace(/\boption\b/, 'flag')
    .replace(/ but got /, ', received ')
    .replace(/(?<![.?])$/, '.')
  const short = code === 'commander.excessArguments' ? text.replace(/:.*$/s, '.') : text
  return printable(`${short.charAt(0).toUpperCase()}${short.slice(1)}`)
}
