/**
 * Users can log in with a verified e-mail address, which one user alone can have. Of the users who share one until now, none can log in with
 * it. A deployment that has run has keys: until now, usernames were all that users log in with.
 */
import { type Kysely, SqliteAdapter, sql } from 'kysely'
import { emailKey } from '../../domain/email.ts'

const batchSize = 500

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('profiles').addColumn('email_key', 'text').execute()
  await fillKeys(db)
  await sql`update profiles set email_key = null where email_key in
    (select email_key from profiles where email_key is not null group by email_key having count(*) > 1)`.execute(db)
  await db.schema.createIndex('profiles_email_key').unique().on('profiles').column('email_key').execute()
  await sql`insert into former_defaults (name) select 'login_with_username' where exists (select 1 from signing_keys)`.execute(
    db,
  )
}

async function fillKeys(db: Kysely<unknown>): Promise<void> {
  let after = ''
  for (;;) {
    const { rows } = await sql<{ id: string; email: string }>`
      select subject_id as id, email from profiles
      where is_email_verified = 1 and email <> '' and subject_id > ${after}
      order by subject_id limit ${batchSize}`.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    await setKeys(
      db,
      rows.map(({ id, email }) => ({ id, key: emailKey(email) })),
    )
    after = last.id
  }
}

async function setKeys(
  db: Kysely<unknown>,
  keys: readonly { readonly id: string; readonly key: string }[],
): Promise<void> {
  const json = JSON.stringify(keys)
  const rows =
    db.getExecutor().adapter instanceof SqliteAdapter
      ? sql`(select value ->> 'id' as id, value ->> 'key' as key from json_each(${json}))`
      : sql`json_to_recordset(cast(${json} as json))`
  const names = db.getExecutor().adapter instanceof SqliteAdapter ? sql`keys` : sql`keys(id text, key text)`
  await sql`update profiles set email_key = keys.key from ${rows} as ${names} where profiles.subject_id = keys.id`.execute(
    db,
  )
}
