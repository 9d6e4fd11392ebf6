/** An SQLite file of another program, through `node:sqlite`. */
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { sqliteDialect } from '../../../store/sqlite-dialect.ts'
import type { DatabaseSettings, Run, SqlDatabase } from './sql-database.ts'

/** A file that is missing is looked for again at each query. */
export function openSqlite({ url, isWritable }: DatabaseSettings): SqlDatabase {
  const path = url.slice('sqlite:'.length)
  let opened: Kysely<unknown> | undefined
  let database: DatabaseSync | undefined
  const open = () => {
    // `timeout` 0: the dialect waits for locks without blocking. Large keys are exact as `bigint`.
    database = new DatabaseSync(path, { readOnly: !isWritable, timeout: 0, readBigInts: true })
    return new Kysely<unknown>({ dialect: sqliteDialect(database, () => {}) })
  }
  const run: Run = async (query) => {
    opened ??= open()
    return (await query.execute(opened)).rows
  }
  return {
    run,
    explain: (query) => run(sql`explain query plan ${query}`),
    close: async () => {
      if (database?.isOpen) database.close()
    },
  }
}
