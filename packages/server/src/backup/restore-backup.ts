/** Restores a backup that was checked: reads it a second time, into the database. */
import { type Clock, type Random, systemClock } from '../environment.ts'
import { keysAfterRestore } from '../keys/keys-after-restore.ts'
import { restoreStore } from '../store/open.ts'
import type { CheckedBackup } from './check-backup.ts'
import { type Batch, readBackup } from './read-backup.ts'
import { countRows, type OnRows } from './write-backup.ts'

export interface RestoreRequest {
  readonly databaseUrl: string
  /** Whether rows that are there are removed. */
  readonly replaces: boolean
  /** That of the server which was backed up. */
  readonly secretKey: string
  readonly random: Random
  /** @default the clock of the database */
  readonly now?: Clock
  readonly onRows: OnRows
}

/**
 * All or nothing. `bytes` are those that were checked.
 * @throws SealedKeysError, StoreError, BackupError
 */
export async function restoreBackup(
  { header, sealedKeys }: CheckedBackup,
  bytes: AsyncIterable<Uint8Array>,
  { databaseUrl, replaces, secretKey, random, now, onRows }: RestoreRequest,
): Promise<void> {
  const keys = await keysAfterRestore(sealedKeys, { secretKey, random, now: (now ?? systemClock)() })
  const { batches } = await readBackup(bytes)
  await restoreStore(databaseUrl, {
    tables: header.tables,
    batches: counted(batches, countRows(header), onRows),
    replaces,
    backupMadeAt: header.madeAt,
    ...(now && { now }),
    keys,
  })
}

async function* counted(batches: AsyncIterable<Batch>, total: number, onRows: OnRows): AsyncGenerator<Batch> {
  let done = 0
  for await (const batch of batches) {
    yield batch
    done += batch.rows.length
    onRows(done, total)
  }
}
