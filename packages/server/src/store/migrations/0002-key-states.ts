/** Signing keys are next, active or retired: since when a key signs, and until when a retired one is published. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('signing_keys').addColumn('activated_at', 'bigint').execute()
  await db.schema.alterTable('signing_keys').addColumn('expires_at', 'bigint').execute()
  // Until now a key signed from the moment it was made.
  await sql`update signing_keys set activated_at = created_at`.execute(db)

  // Processes that make or rotate keys at the same time end with one key in each state.
  await db.schema.dropIndex('signing_keys_active').execute()
  await db.schema
    .createIndex('signing_keys_next')
    .on('signing_keys')
    .column('algorithm')
    .unique()
    .where(sql.ref('activated_at'), 'is', null)
    .execute()
  await db.schema
    .createIndex('signing_keys_active')
    .on('signing_keys')
    .column('algorithm')
    .unique()
    .where(sql<boolean>`activated_at is not null and retired_at is null`)
    .execute()
}
