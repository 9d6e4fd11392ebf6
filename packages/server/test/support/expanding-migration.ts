/** A migration that only expands, of a version that does not exist yet. It changes the tables that each login writes to. */
import type { Kysely } from 'kysely'
import type { AddedIndex } from '../../src/store/migration.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['grants', 'sessions', 'refresh_tokens', 'authorization_codes', 'signing_keys', 'subjects']) {
    await db.schema.alterTable(table).addColumn('next_note', 'text').execute()
    await db.schema
      .alterTable(table)
      .addColumn('next_count', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  }
  await db.schema
    .createTable('next_things')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('subject_id', 'text', (column) => column.notNull().references('subjects.id').onDelete('cascade'))
    .execute()
  await db.schema.createIndex('next_things_subject').on('next_things').column('subject_id').execute()
}

export const indexes: readonly AddedIndex[] = [
  { name: 'next_grants_scope', table: 'grants', columns: ['scope', 'created_at'], where: 'revoked_at is null' },
]
