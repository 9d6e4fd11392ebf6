/** Opens a snapshot of the database that DATABASE_URL names. */
import { countersign } from '../config/called-as.ts'
import { StoreError } from './errors.ts'
import { migrations } from './migration-list.ts'
import { openStore } from './open.ts'
import type { Snapshot } from './snapshot.ts'
import { openSqliteSnapshot } from './sqlite-snapshot.ts'

/** @throws StoreError when the database cannot be used, or has another schema than this program */
export async function openSnapshot(url: string): Promise<Snapshot> {
  // With all the checks of a start.
  await (await openStore({ url, migrate: false })).close()
  const snapshot = await openSnapshotOnly(url)
  try {
    await requireSameSchema(snapshot)
    return snapshot
  } catch (error) {
    await snapshot.close()
    throw error
  }
}

/** Without the checks. */
export async function openSnapshotOnly(url: string): Promise<Snapshot> {
  if (url.startsWith('sqlite:')) return openSqliteSnapshot(url.slice('sqlite:'.length))
  // Loaded only here: it costs a process 12 MB.
  const { openPostgresSnapshot } = await import('./postgres-snapshot.ts')
  return await openPostgresSnapshot(url)
}

/** A table that this program does not know would be missing in the backup. */
async function requireSameSchema(snapshot: Snapshot): Promise<void> {
  const unknown = (await snapshot.migrations()).filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new StoreError(
    'newer',
    `The database was written by a newer Countersign (it has ${unknown.join(', ')}). Back it up with that version: ${countersign} backup`,
  )
}
