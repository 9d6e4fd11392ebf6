/** Imports users with their password hashes from another system: all of a file or nothing. */
import { createHash, type Hash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { UserWithCredentials } from '../domain/user.ts'
import { checkRows, type ImportCheck } from './check-rows.ts'
import { type ImportRow, readRecord } from './import-record.ts'

export interface ImportReport extends ImportCheck {
  readonly imported: number
}

export interface ImportOptions {
  readonly isDryRun: boolean
  /** `rows`: of the task, from the first one on. */
  readonly onProgress: (task: 'checked' | 'imported', rows: number) => void
}

/** Rows per batch. */
const batchSize = 500

/**
 * Checks every row, then, when none is rejected, inserts all in one transaction. `rows` is read twice, so that a long file need
 * not fit into memory.
 */
export async function importUsers(
  { store, now: clock }: Pick<Context, 'store' | 'now'>,
  rows: () => AsyncIterable<ImportRow>,
  { isDryRun, onProgress }: ImportOptions,
): Promise<ImportReport> {
  const now = clock()
  const firstRead = createHash('sha256')
  const secondRead = createHash('sha256')
  const checked = await checkRows(store, digested(rows(), firstRead), now, (count) => onProgress('checked', count))
  if (checked.rejected.length > 0 || isDryRun) return { ...checked, imported: 0 }
  let read = 0
  let imported = 0
  await store.transaction(async ({ users }) => {
    for await (const batch of batches(digested(rows(), secondRead), now)) {
      const taken = await users.findTaken(batch.map(({ subject: { id }, profile: { username } }) => ({ id, username })))
      const takenIds = new Set(taken.map(({ subject }) => subject.id))
      const missing = batch.filter(({ subject }) => !takenIds.has(subject.id))
      await users.insert(missing)
      read += batch.length
      imported += missing.length
      onProgress('imported', read)
    }
    if (!firstRead.digest().equals(secondRead.digest())) throw new RowsChanged()
  })
  return { ...checked, imported }
}

/** The second read of the rows differs from the first, so that rows would be imported that were not checked. */
export class RowsChanged extends Error {
  override readonly name = 'RowsChanged'
  constructor() {
    super('the file changed during the import: nothing was imported')
  }
}

/** The rows, which `hash` gets too: rows that were not checked must not be imported. */
async function* digested(rows: AsyncIterable<ImportRow>, hash: Hash): AsyncGenerator<ImportRow> {
  for await (const row of rows) {
    hash.update(`${JSON.stringify([row.key, row.value, row.problem])}\n`)
    yield row
  }
}

async function* batches(rows: AsyncIterable<ImportRow>, now: number): AsyncGenerator<readonly UserWithCredentials[]> {
  let batch: UserWithCredentials[] = []
  for await (const row of rows) {
    const { user } = readRecord(row, now)
    if (user) batch.push(user)
    if (batch.length === batchSize) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
