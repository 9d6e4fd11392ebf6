/** Counts traces by status: those of unknown paths and methods have a limit of their own. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('traces_status').ifNotExists().on('traces').columns(['status', 'happened_at']).execute()
}
