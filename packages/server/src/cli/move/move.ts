/** `countersign move`: the definition. What it does is loaded when it runs. */
import type { Command } from '@commander-js/extra-typings'
import { UsageError } from '../command-error.ts'
import { withExamples } from '../help.ts'

export function defineMove(command: Command): void {
  const defined = command
    .description(
      'Moves all data into another database, from SQLite to PostgreSQL or back: sessions, tokens, codes and keys stay valid. Servers go on, and take no writes at the end, for about a second. Run it again after an interruption: it continues.',
    )
    .option('--from <url>', 'the database that the servers use; without it, that of DATABASE_URL')
    .option('--to <url>', 'an empty database; or the former one, to move back')
    .option('--dry-run', 'show how much there is and how long it may take, and change nothing')
    .option('--cancel', 'give up a move that has not finished')
    .option('--json', 'print a JSON object')
    .action(async ({ from, to, dryRun = false, cancel = false, json = false }) => {
      if (cancel) {
        if (to !== undefined || dryRun) throw new UsageError('--cancel takes --from alone: the target stays as it is.')
        return (await import('./cancel-move.ts')).cancel(from, json)
      }
      if (to === undefined) throw new UsageError('Name the new database with --to.')
      await (await import('./run-move.ts')).move({ from, to, isDryRun: dryRun, isJson: json })
    })
  withExamples(
    defined,
    [
      'countersign move --to postgres://countersign@db.example.com/countersign --dry-run',
      'countersign move --to postgres://countersign@db.example.com/countersign',
      'countersign move --from postgres://countersign@db.example.com/countersign --to sqlite:data/countersign.db',
    ],
    'Other users of the machine can read a command line: give the password of PostgreSQL in PGPASSWORD, or in ~/.pgpass.',
  )
}
