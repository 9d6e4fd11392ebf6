/** The connection of a store on a database, without the store: for what a store does not show. */
import type { TestContext } from 'node:test'
import type { Connection } from '../../src/store/connection.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type DatabaseKind, freshDatabase } from './databases.ts'

/** On a fresh database without tables, which is removed when the test ends. */
export async function freshConnection(
  test: TestContext,
  kind: DatabaseKind,
): Promise<{ readonly connection: Connection; readonly url: string }> {
  const { url, remove } = await freshDatabase(kind)
  const connection = kind === 'sqlite' ? openSqlite(url.slice('sqlite:'.length), true) : await openPostgres(url)
  test.after(async () => {
    await connection.close()
    await remove()
  })
  return { connection, url }
}
