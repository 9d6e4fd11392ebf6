/** The attributes of users, as JSON of an object: claims that the deployment defines. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_attributes')
    .addColumn('subject_id', 'text', (column) =>
      column.primaryKey().notNull().references('subjects.id').onDelete('cascade'),
    )
    .addColumn('attributes', 'text', (column) => column.notNull())
    .execute()
}
