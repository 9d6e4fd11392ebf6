/**
 * Which resource servers a grant's tokens may be for, what the first use of a refresh token was narrowed to (RFC 8707 §2.2), and
 * which scopes were allowed at which of them.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('grants')
    .addColumn('resources', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await db.schema.alterTable('refresh_tokens').addColumn('used_resources', 'text').execute()
  await db.schema.alterTable('consents').renameColumn('scope', 'allowed').execute()
  // So far all was for this server itself. RFC 6749 §3.3: no scope holds a quote or a backslash.
  await sql`update consents set allowed = '{"":"' || allowed || '"}'`.execute(db)
}
