/** `countersign migrate`: creates the database, or updates its tables. */
import type { Command } from '@commander-js/extra-typings'
import { dryRunStore, migrateStore } from '../store/open.ts'
import { defaultDatabaseUrl, readSettings } from './config.ts'
import { dryRunJson, formatDryRun, upToDate } from './format-dry-run.ts'
import { withExamples } from './help.ts'
import { requireNewDatabaseIgnored } from './init/require-ignored.ts'
import { print, printJson } from './terminal/print.ts'
import { createProgressBar } from './terminal/progress.ts'
import { requireStoredDatabase } from './with-store.ts'

export function defineMigrate(command: Command): void {
  const defined = command
    .description('Creates the database, or updates the tables of one of an older version. You can repeat it.')
    .option('--dry-run', 'show what would be done and which tables would be locked, and change nothing')
    .option('--json', 'print JSON')
    .action(({ dryRun = false, json = false }) => (dryRun ? showDryRun(json) : migrate(json)))
  withExamples(defined, [
    'countersign migrate',
    'countersign migrate --dry-run',
    'DATABASE_URL=sqlite:backup.db countersign migrate',
  ])
}

async function showDryRun(isJson: boolean): Promise<void> {
  const settings = await readSettings({ logLevel: 'info' })
  const found = await dryRunStore(requireStoredDatabase(settings))
  if (isJson) printJson(dryRunJson(found))
  else for (const line of formatDryRun(found)) print(line)
}

async function migrate(isJson: boolean): Promise<void> {
  const settings = await readSettings({ logLevel: 'info' })
  const url = requireStoredDatabase(settings)
  if (url === defaultDatabaseUrl(settings.dataDir)) requireNewDatabaseIgnored(settings.dataDir)
  // At once: a migration on SQLite blocks this process, so that no bar could appear a second later.
  const bar = createProgressBar({ delay: 0 })
  const ran = await migrateStore(url, (done, total) =>
    bar.show({ task: 'Migrating', fraction: done / total, done, unit: `of ${total} migrations` }),
  ).finally(bar.end)
  if (isJson) printJson({ migrated: ran })
  else if (ran.length > 0) print(`Migrated: ${ran.join(', ')}`)
  else print(upToDate((await dryRunStore(url)).newer))
}
