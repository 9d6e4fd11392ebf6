/**
 * Which defaults of earlier versions the deployment keeps. Until now, ID tokens had the algorithm of access tokens by default. A deployment
 * that has run has keys.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('former_defaults')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .execute()
  await sql`insert into former_defaults (name) select 'id_token_algorithm' where exists (select 1 from signing_keys)`.execute(
    db,
  )
}
