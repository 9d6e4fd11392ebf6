/** Makes a backup of a snapshot: its rows as text, compressed, with a checksum, and encrypted where there are recipients. */
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { version } from '../config/version.ts'
import { backedUpTables } from '../store/backed-up-tables.ts'
import { StoreError } from '../store/errors.ts'
import type { TableRows } from '../store/replace-rows.ts'
import type { Snapshot } from '../store/snapshot.ts'
import { withChecksum } from './checksum.ts'
import { encrypted } from './encryption.ts'
import { formatHeader, formatRows, type Header } from './format.ts'

/** Called after each batch: how many rows of all tables are done. */
export type OnRows = (done: number, total: number) => void

/** What the snapshot has. `now` is in seconds since the epoch. */
export async function describeSnapshot(snapshot: Snapshot, now: number): Promise<Header> {
  const tables: TableRows[] = []
  for (const name of backedUpTables) {
    tables.push({ name, columns: await snapshot.columns(name), rows: await snapshot.count(name) })
  }
  const migrations = await snapshot.migrations()
  return { madeAt: Math.floor(now), madeBy: version, database: snapshot.kind, migrations, tables, unknownTables: [] }
}

/** The bytes of the backup. Without recipients it is not encrypted. @throws StoreError when the database is damaged */
export async function writeBackup(
  snapshot: Snapshot,
  header: Header,
  recipients: readonly string[],
  onRows: OnRows,
): Promise<AsyncIterable<Uint8Array>> {
  const gzip = Readable.from(textOf(snapshot, header, onRows)).compose(createGzip())
  const whole = withChecksum(gzip)
  return recipients.length === 0 ? whole : await encrypted(whole, recipients)
}

async function* textOf(snapshot: Snapshot, header: Header, onRows: OnRows): AsyncGenerator<string> {
  const total = countRows(header)
  let done = 0
  yield formatHeader(header)
  for (const { name, columns, rows } of header.tables) {
    const before = done
    for await (const batch of snapshot.rows(name, columns)) {
      yield formatRows(batch)
      done += batch.length
      onRows(done, total)
    }
    // The number came from an index, the rows from the table.
    if (done - before === rows) continue
    const message = `The database is damaged: ${name} has ${rows} rows by its index, and ${done - before} in the table. No backup was made.`
    throw new StoreError('corrupt', message)
  }
}

export function countRows({ tables }: Header): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0)
}
