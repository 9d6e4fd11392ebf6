/** When the database was restored from a backup: tokens from before are no longer valid. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('restores')
    .addColumn('tokens_valid_from', 'bigint', (column) => column.primaryKey().notNull())
    // `null`: it was restored by other means than a backup of ours.
    .addColumn('backup_made_at', 'bigint')
    .execute()
}
