/** `countersign restore`: the definition. What it does is loaded when it runs. */
import type { Command } from '@commander-js/extra-typings'
import { UsageError } from '../command-error.ts'
import { withExamples } from '../help.ts'

export function defineRestore(command: Command): void {
  const defined = command
    .description(
      'Restores a backup into the database of DATABASE_URL, all or nothing. Tokens, sessions and grants from before are no longer valid, and the signing keys are new: users log in again. Stop the servers first. Needs the SECRET_KEY of the server that was backed up.',
    )
    .argument('[file]')
    .option('--replace', 'replace what is in the database')
    .option('--in-place', 'without a file: the database was restored by other means; end what a restore ends')
    .option('--yes', 'do not ask for a confirmation')
    .option('--identity <file>', 'the file with the key of an encrypted backup')
    .action(async (file, { replace = false, inPlace = false, yes = false, identity }) => {
      if (inPlace) {
        if (file !== undefined) throw new UsageError('--in-place takes no file: it restores nothing.')
        return (await import('./end-in-place.ts')).endInPlace(yes)
      }
      if (file === undefined) throw new UsageError('Name the file of the backup.')
      const flags = { replaces: replace, isConfirmed: yes, identityFile: identity }
      await (await import('./restore-file.ts')).restoreFile(file, flags)
    })
  withExamples(defined, [
    'countersign restore countersign.backup',
    'countersign restore countersign.backup --replace --identity backup-key.txt',
    'countersign restore --in-place',
  ])
}
