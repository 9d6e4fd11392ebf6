/** Reads a test's database in parallel with the server that uses it. */
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Client } from 'pg'

/** Runs one statement on a new connection and returns the rows. */
export async function query(databaseUrl: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  if (databaseUrl.startsWith('sqlite:')) {
    // Another process may be writing.
    const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { timeout: 5000 })
    try {
      return database.prepare(statement).all()
    } finally {
      database.close()
      // The server sees the writes of other connections from the next turn of the event loop.
      await nextTurn()
    }
  }
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/** The number of rows in a table. */
export async function countRows(databaseUrl: string, table: string): Promise<number> {
  const [row] = await query(databaseUrl, `select count(*) as rows from ${table}`)
  return Number(row?.['rows'])
}

/** The whole contents of the database, as one text. */
export async function dumpOf(databaseUrl: string): Promise<string> {
  const names = databaseUrl.startsWith('sqlite:')
    ? "select name from sqlite_master where type = 'table'"
    : 'select tablename as name from pg_tables where schemaname = current_schema()'
  const tables = await query(databaseUrl, names)
  const rows = await Promise.all(tables.map(({ name }) => query(databaseUrl, `select * from "${String(name)}"`)))
  return JSON.stringify(rows)
}
