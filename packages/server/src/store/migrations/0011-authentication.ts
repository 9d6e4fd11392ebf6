/** How the user of a session or a grant logged in: `amr`, as JSON of a list, and `acr` of ID tokens. Until now always by password. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['sessions', 'grants']) {
    await db.schema
      .alterTable(table)
      .addColumn('amr', 'text', (column) => column.notNull().defaultTo('["pwd"]'))
      .execute()
    await db.schema
      .alterTable(table)
      .addColumn('acr', 'text', (column) => column.notNull().defaultTo('1'))
      .execute()
  }
}
