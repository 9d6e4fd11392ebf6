/** Moves into another database: where from and to, and which rows were changed meanwhile. Notes about the database itself, which no backup has. */
import { type Kysely, SqliteAdapter } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('countersign_moves')
    // `source` or `target`: what this database is in the move.
    .addColumn('role', 'text', (column) => column.primaryKey().notNull())
    // The same in both databases.
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('other', 'text', (column) => column.notNull())
    .addColumn('runner', 'text', (column) => column.notNull())
    .addColumn('copied', 'text', (column) => column.notNull())
    .addColumn('begun_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .execute()
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  await db.schema
    .createTable('countersign_changes')
    .addColumn('id', isSqlite ? 'integer' : 'bigserial', (column) => column.primaryKey())
    .addColumn('table_name', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .execute()
}
