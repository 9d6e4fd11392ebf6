/** What `--help` looks like: the library's format with our words, colours on a terminal, and examples below. */
import { styleText } from 'node:util'
import { type Command, Help, type HelpConfiguration } from '@commander-js/extra-typings'

/** The library removes colours where there is no terminal, and where NO_COLOR is set. */
const always = { validateStream: false }

const bold = (text: string) => styleText('bold', text, always)
const cyan = (text: string) => styleText('cyan', text, always)

/** What this documentation calls a flag, the library calls an option. */
export const helpFormat: HelpConfiguration = {
  // On a terminal of 80 columns too, beside long flags.
  minWidthToWrap: 20,
  styleTitle: (title) => bold(title === 'Options:' ? 'Flags:' : title),
  styleOptionText: cyan,
  styleSubcommandText: cyan,
  commandUsage: usageOf,
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
}

/** Such as `countersign users add [flags] <username>`. */
export function usageOf(command: Parameters<Help['commandUsage']>[0]): string {
  return new Help().commandUsage(command).replace('[options]', '[flags]')
}

function argumentTerm(argument: Command['registeredArguments'][number]): string {
  const text = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${text}>` : `[${text}]`
}

/** The text in lines that also fit a terminal of 80 columns. */
export function inLines(text: string): string {
  return new Help().boxWrap(text, 76)
}

/** A command, whatever its arguments and flags are. */
interface Helped {
  readonly addHelpText: (position: 'after', text: string) => unknown
}

/** Shows command lines, and `more`, below the help of the command. */
export function withExamples(command: Helped, examples: readonly string[], more?: string): void {
  const lines = [`\n${bold('Examples:')}`, ...examples.map((line) => `  $ ${line}`), ...(more ? ['', more] : [])]
  command.addHelpText('after', lines.join('\n'))
}
