/** SQLite in memory, for tests and trials: `sqlite::memory:`. The database ends with its connection. */
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { systemRandom } from '../environment.ts'
import { type Connection, connectionTo } from './connection.ts'
import { groupCommits } from './group-commits.ts'
import type { Schema } from './schema.ts'
import { withoutForeignKeys } from './sqlite.ts'
import { noOutage, patiently, sqliteDialect } from './sqlite-dialect.ts'
import { runAll } from './sqlite-probe.ts'
import { sqliteReader } from './sqlite-reader.ts'

export const inMemoryUrl = 'sqlite::memory:'

export function openSqliteInMemory(): Connection {
  // SQLite's memdb VFS: connections of one process share the database by its name.
  const location = `file:/countersign-${systemRandom.id()}?vfs=memdb`
  const writer = new DatabaseSync(location)
  // A cache that spills would lock readers out before the commit.
  writer.exec(
    'pragma foreign_keys = on; pragma trusted_schema = off; pragma cache_spill = off; pragma busy_timeout = 0',
  )
  const reader = sqliteReader(new DatabaseSync(location), 0)
  const db = new Kysely<Schema>({ dialect: sqliteDialect(writer, reader.endSnapshot) })
  const transact = groupCommits(db)
  const outage = noOutage()
  return connectionTo({
    kind: 'sqlite',
    db,
    // Without a write-ahead log, a read waits for the transaction that runs.
    prepareRead: (text) => {
      const read = reader.prepare(text)
      return (values) => patiently(outage, () => read(values))
    },
    transact,
    probe: async (queries) => {
      await transact((inside) => runAll(inside, queries))
      return undefined
    },
    migrate: withoutForeignKeys(db),
    close: async () => {
      reader.close()
      if (writer.isOpen) writer.close()
    },
  })
}
