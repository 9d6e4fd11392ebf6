/** Each start of a server looks for demo users. Without an index, it reads all credentials. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('credentials_demo')
    .on('credentials')
    .column('subject_id')
    .where(sql.ref('is_demo'), '=', sql.lit(1))
    .execute()
}
