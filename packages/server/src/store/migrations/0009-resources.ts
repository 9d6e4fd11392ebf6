/** Which resource servers a grant's tokens may be for, and what the first use of a refresh token was narrowed to (RFC 8707 §2.2). */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('grants')
    .addColumn('resources', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await db.schema.alterTable('refresh_tokens').addColumn('used_resources', 'text').execute()
}
