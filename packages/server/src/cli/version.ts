/** `countersign version`: the version of this program and of Node. */
import type { Command } from '@commander-js/extra-typings'
import { version } from '../config/version.ts'
import { withExamples } from './help.ts'
import { print, printJson } from './terminal/print.ts'

export function defineVersion(command: Command): void {
  const defined = command
    .description('Shows the version of Countersign. With --json also that of Node.')
    .option('--json', 'print JSON')
    .action(({ json }) => {
      if (json) printJson({ countersign: version, node: process.versions.node })
      else print(version)
    })
  withExamples(defined, ['countersign version', 'countersign version --json'])
}
