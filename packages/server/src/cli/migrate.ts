/** `countersign migrate`: creates the database, or updates its tables. */
import { parseArgs } from 'node:util'
import { migrateStore } from '../store/open.ts'
import { readSettings } from './config.ts'
import { print } from './print.ts'

export async function migrateDatabase(args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const ran = await migrateStore((await readSettings({ logLevel: 'info' })).databaseUrl)
  print(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`)
}
