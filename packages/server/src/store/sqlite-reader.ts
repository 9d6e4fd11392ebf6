/** Reads of an SQLite file on a connection of their own, made for those of every request: prepared once, many in one snapshot. */
import type { DatabaseSync } from 'node:sqlite'
import { prepareOnce } from './prepare-once.ts'

export interface SqliteReader {
  /** Answers the rows of a query as they are committed now. */
  readonly read: (sql: string, parameters: readonly unknown[]) => object[]
  /** To be called before each write of this process: later reads see it, and the write-ahead log can be emptied meanwhile. */
  readonly endSnapshot: () => void
  readonly close: () => void
}

/** Takes over `database`. */
export function sqliteReader(database: DatabaseSync): SqliteReader {
  database.exec('pragma busy_timeout = 50; pragma trusted_schema = off; pragma query_only = on')
  const prepared = prepareOnce((sql) => prepareRead(database, sql))
  const begin = database.prepare('begin')
  const commit = database.prepare('commit')

  let hasSnapshot = false

  function endSnapshot(): void {
    if (!hasSnapshot) return
    hasSnapshot = false
    // It is gone already when the database was closed meanwhile, or a read failed.
    if (database.isOpen && database.isTransaction) commit.run()
  }

  return {
    read: (sql, parameters) => {
      // Reads that stand alone lock and unlock the file each; those of one turn of the event loop share that.
      if (!hasSnapshot) {
        begin.run()
        hasSnapshot = true
        setImmediate(endSnapshot)
      }
      return prepared(sql)(parameters)
    },
    endSnapshot,
    close: () => database.close(),
  }
}

/** Rows are fetched as arrays and named here: the objects that `node:sqlite` makes cost more than the query itself. */
function prepareRead(database: DatabaseSync, sql: string): (parameters: readonly unknown[]) => object[] {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  const names = statement.columns().map((column) => column.name)
  const named = (values: readonly unknown[]) => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) row[names[index] ?? ''] = values[index]
    return row
  }
  // Our typed queries are given strings, numbers and null; of arrays the types of `node:sqlite` know nothing.
  return (parameters) => (statement.all(...(parameters as string[])) as unknown as unknown[][]).map(named)
}
