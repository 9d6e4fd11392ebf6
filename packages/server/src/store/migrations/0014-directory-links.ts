/** Which subjects belong to users of directories, and when a directory last said what it knows about them. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('directory_links')
    .addColumn('subject_id', 'text', (column) =>
      column.primaryKey().notNull().references('subjects.id').onDelete('cascade'),
    )
    .addColumn('directory', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('is_out', 'integer', (column) => column.notNull())
    .addColumn('checked_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .addColumn('migrated_at', 'bigint')
    .addUniqueConstraint('directory_links_key', ['directory', 'key'])
    .execute()
  await db.schema
    .createIndex('directory_links_used_at')
    .on('directory_links')
    .columns(['directory', 'used_at'])
    .execute()
}
