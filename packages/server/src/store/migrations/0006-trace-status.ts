/** Lets traces be counted by status: those of unknown paths and methods are kept apart from the rest. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('traces_status').ifNotExists().on('traces').columns(['status', 'happened_at']).execute()
}
