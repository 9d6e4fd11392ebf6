/** `countersign completion <shell>`: prints a script that completes commands and flags. */
import { Argument, type Command } from '@commander-js/extra-typings'
import { withExamples } from '../help.ts'
import { print } from '../terminal/print.ts'
import { bashScript } from './bash.ts'
import { completionsOf } from './completions.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

export function defineCompletion(command: Command, loadAll: () => Promise<void>): void {
  const defined = command
    .description(
      'Prints a script that completes commands and flags in bash, zsh or fish. Load it when the shell starts.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish'] as const))
    .action(async (shell) => {
      await loadAll()
      const program = command.parent ?? command
      print(scripts[shell](completionsOf(program)))
    })
  withExamples(
    defined,
    [
      `echo 'source <(countersign completion bash)' >> ~/.bashrc`,
      'countersign completion fish > ~/.config/fish/completions/countersign.fish',
    ],
    'For zsh, in a folder of $fpath: countersign completion zsh > ~/.zfunc/_countersign',
  )
}
