/**
 * The resource servers that a grant's tokens may be for, those of the first use of a refresh token (RFC 8707 §2.2), and the scopes
 * that a user allowed at each.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('grants')
    .addColumn('resources', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await db.schema.alterTable('refresh_tokens').addColumn('used_resources', 'text').execute()
  await db.schema.alterTable('consents').renameColumn('scope', 'allowed').execute()
  // Until now everything was for this server itself. RFC 6749 §3.3: no scope has a quote or a backslash.
  await sql`update consents set allowed = '{"":"' || allowed || '"}'`.execute(db)
}
