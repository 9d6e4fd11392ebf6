/** Reads of an SQLite file on a connection of their own: prepared once, many in one snapshot. */
import type { DatabaseSync } from 'node:sqlite'
import type { StoredValue } from './statement.ts'

export interface SqliteReader {
  /** What returns the rows of a query as they are committed now. */
  readonly prepare: (text: string) => (values: readonly StoredValue[]) => object[]
  /** Call it before each write of this process: later reads see the write, and SQLite can empty the write-ahead log. */
  readonly endSnapshot: () => void
  readonly close: () => void
}

/** Milliseconds. A snapshot that begins in `setImmediate` would last into the next turn, which may come late, and hide what other processes write. */
const maxSnapshotMs = 1

/** Takes over `database`. A read waits for a lock, at most `busyTimeoutMs`, and blocks the event loop meanwhile. */
export function sqliteReader(database: DatabaseSync, busyTimeoutMs: number): SqliteReader {
  database.exec(`pragma busy_timeout = ${busyTimeoutMs}; pragma trusted_schema = off; pragma query_only = on`)
  const begin = database.prepare('begin')
  const commit = database.prepare('commit')
  const rollback = database.prepare('rollback')

  let hasSnapshot = false
  let begunMs = 0

  function endSnapshot(): void {
    if (!hasSnapshot) return
    hasSnapshot = false
    closeSnapshot()
  }

  /** Never throws: a timer calls it, and an error there would end the process. The next read fails by itself. */
  function closeSnapshot(): void {
    // There is none after the database was closed or a read failed.
    for (const end of [commit, rollback]) {
      if (!database.isOpen || !database.isTransaction) return
      try {
        end.run()
      } catch {
        // SQLite reports the error of an earlier read here again, such as a damaged page.
      }
    }
  }

  return {
    prepare: (text) => {
      const run = prepareRead(database, text)
      return (values) => {
        // A read by itself locks and unlocks the file; the reads of one turn of the event loop share that.
        const now = performance.now()
        if (!hasSnapshot || now - begunMs > maxSnapshotMs) {
          closeSnapshot()
          begunMs = now
          begin.run()
          hasSnapshot = true
          setImmediate(endSnapshot)
        }
        return run(values)
      }
    },
    endSnapshot,
    close: () => database.close(),
  }
}

/**
 * Rows are fetched as arrays, from which a row's members are read when they are used: the objects that `node:sqlite` makes cost
 * more than the query itself.
 */
function prepareRead(database: DatabaseSync, text: string): (values: readonly StoredValue[]) => object[] {
  const statement = database.prepare(text)
  statement.setReturnArrays(true)
  const Row = rowOf(statement.columns().map(({ name }) => name))
  // The types of `node:sqlite` do not know of rows as arrays.
  return (values) => (statement.all(...values) as unknown as unknown[][]).map((columns) => new Row(columns))
}

/** Rows with these columns. */
function rowOf(names: readonly string[]): new (columns: readonly unknown[]) => object {
  class Row {
    readonly columns: readonly unknown[]

    constructor(columns: readonly unknown[]) {
      this.columns = columns
    }
  }
  for (const [index, name] of names.entries()) {
    Object.defineProperty(Row.prototype, name, {
      get(this: Row) {
        return this.columns[index]
      },
    })
  }
  return Row
}
