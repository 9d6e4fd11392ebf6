/** How large the database is, for the metrics. */
import { sql } from 'kysely'
import type { Connection } from './connection.ts'
import { statement } from './statement.ts'

const size = statement('database.size', (db, _none, kind) => ({
  compile: () => {
    const bytes =
      kind === 'sqlite'
        ? sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`
        : sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
    return bytes.compile(db)
  },
}))

/** In bytes. */
export async function databaseSize({ read }: Connection): Promise<number> {
  const [row] = await read(size, {})
  return row?.bytes ?? 0
}
