/** A snapshot of an SQLite file: a read transaction on a connection of its own, which no writer waits for. */
import { DatabaseSync } from 'node:sqlite'
import { migrationTable } from './migration-state.ts'
import { listed, type Snapshot, type StoredRow, snapshotBatch, tooLarge } from './snapshot.ts'
import type { StoredValue } from './statement.ts'

/** Milliseconds that the beginning waits for another program's lock. */
const openTimeoutMs = 3000

export function openSqliteSnapshot(path: string): Snapshot {
  const database = new DatabaseSync(path, { timeout: openTimeoutMs })
  database.exec('pragma trusted_schema = off; pragma query_only = on; begin')
  function* rowsOf(text: string, values: readonly StoredValue[] = []): Generator<StoredRow> {
    const statement = database.prepare(text)
    statement.setReturnArrays(true)
    try {
      // The types of `node:sqlite` do not know of rows as arrays. Our columns have texts and numbers.
      yield* statement.iterate(...values) as unknown as Iterable<StoredRow>
    } catch (error) {
      const isRange = error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE'
      throw isRange ? tooLarge(error.message) : error
    }
  }
  const first = (text: string) => [...rowsOf(text)].map(([value]) => value)

  return {
    kind: 'sqlite',
    migrations: async () => first(`select name from ${migrationTable} order by name`).map(String),
    count: async (table) => Number(first(`select count(*) from "${table}"`)[0]),
    columns: async (table) =>
      database
        .prepare(`select * from "${table}"`)
        .columns()
        .map(({ name }) => name),
    rows: async function* (table, columns) {
      let batch: StoredRow[] = []
      for (const row of rowsOf(`select ${listed(columns)} from "${table}"`)) {
        if (batch.push(row) < snapshotBatch) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    },
    query: async (text, values) => [...rowsOf(text, values)],
    close: async () => database.close(),
  }
}
