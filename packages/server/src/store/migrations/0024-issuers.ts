/** Which issuers are served from this database, and when a process of each was last seen: two of them are a mistake. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('issuers')
    .addColumn('issuer', 'text', (column) => column.primaryKey().notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute()
}
