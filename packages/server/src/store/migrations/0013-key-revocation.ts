/** Signing keys can be revoked: since when a key must not be trusted, and why. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('signing_keys').addColumn('revoked_at', 'bigint').execute()
  await db.schema.alterTable('signing_keys').addColumn('revocation_reason', 'text').execute()
}
