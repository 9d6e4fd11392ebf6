/** What can be completed, read from the definitions of the commands. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'

export interface Word {
  readonly text: string
  readonly summary: string
}

/** The completions after one command. */
export interface Completions {
  /** The words of the command after `countersign`, such as `users add`; empty for the program itself. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly flags: readonly Flag[]
  /** The values of its argument, where they are known. */
  readonly values: readonly string[]
  /** Whether an argument is a file. */
  readonly takesFile: boolean
}

export interface Flag extends Word {
  readonly takesValue: boolean
  /** The values of the flag, where they are known. */
  readonly values: readonly string[]
}

export function completionsOf(command: CommandUnknownOpts, path: readonly string[] = []): readonly Completions[] {
  const own: Completions = {
    path: path.join(' '),
    commands: command.commands.map((each) => ({ text: each.name(), summary: each.summary() })),
    flags: [
      ...command.options
        .filter((option) => !option.hidden)
        .map((option) => ({
          text: option.long ?? option.flags,
          summary: option.description,
          takesValue: option.required || option.optional,
          values: option.argChoices ?? [],
        })),
      { text: '--help', summary: 'show the help', takesValue: false, values: [] },
    ],
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesFile: command.registeredArguments.some((argument) => argument.name() === 'file'),
  }
  return [own, ...command.commands.flatMap((each) => completionsOf(each, [...path, each.name()]))]
}
