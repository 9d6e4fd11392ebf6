/** `countersign migrate`: creates the database, or updates its tables. */
import type { Command } from '@commander-js/extra-typings'
import { migrateStore } from '../store/open.ts'
import { defaultDatabaseUrl, readSettings } from './config.ts'
import { withExamples } from './help.ts'
import { requireNewDatabaseIgnored } from './init/require-ignored.ts'
import { print } from './terminal/print.ts'
import { createProgressBar } from './terminal/progress.ts'
import { requireStoredDatabase } from './with-store.ts'

export function defineMigrate(command: Command): void {
  const defined = command
    .description('Creates the database, or updates the tables of one of an older version. You can repeat it.')
    .action(migrate)
  withExamples(defined, ['countersign migrate', 'DATABASE_URL=sqlite:backup.db countersign migrate'])
}

async function migrate(): Promise<void> {
  const settings = await readSettings({ logLevel: 'info' })
  const url = requireStoredDatabase(settings)
  if (url === defaultDatabaseUrl(settings.dataDir)) requireNewDatabaseIgnored(settings.dataDir)
  // At once: a migration on SQLite blocks this process, so that no bar could appear a second later.
  const bar = createProgressBar({ delay: 0 })
  const ran = await migrateStore(url, (done, total) =>
    bar.show({ task: 'Migrating', fraction: done / total, done, unit: `of ${total} migrations` }),
  ).finally(bar.end)
  print(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`)
}
