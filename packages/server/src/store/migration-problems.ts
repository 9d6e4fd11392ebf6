/** What an operator can fix when a migration fails: rows that refer to missing rows, views of other programs, rights and locks. */
import { type Kysely, sql } from 'kysely'
import { countersign } from '../config/called-as.ts'
import { StoreError } from './errors.ts'
import { isLockTimeout } from './migration-locks.ts'
import type { Schema } from './schema.ts'

const unchanged = 'Nothing was migrated. '
const maxRows = 5

/** On SQLite, which enforces foreign keys only where a program asks for it. @throws StoreError `unmigratable` */
export async function requireReferences(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{
    table: string
    fkid: number
  }>`select distinct "table", fkid from pragma_foreign_key_check`.execute(db)
  if (rows.length === 0) return
  const broken = []
  for (const { table, fkid } of rows) broken.push(await describeBroken(db, table, fkid))
  throw new StoreError(
    'unmigratable',
    `The database has rows that refer to rows which do not exist: ${broken.join('; ')}. ${unchanged}Make a backup, delete these rows, and run ${countersign} migrate again.`,
  )
}

/** Such as `items with item_id = 9, whose owner_id is not in users`. */
async function describeBroken(db: Kysely<Schema>, table: string, foreignKey: number): Promise<string> {
  const references = await sql<{ from: string; to: string; parent: string }>`
    select "from", "to", "table" as parent from pragma_foreign_key_list(${table}) where id = ${foreignKey}`.execute(db)
  const [reference] = references.rows
  if (!reference) return table
  const { from, to, parent } = reference
  const keys = await sql<{
    name: string
  }>`select name from pragma_table_info(${table}) where pk > 0 order by pk`.execute(db)
  const row = sql.join(
    keys.rows.map(({ name }) => sql`${`${name} = `} || quote(${sql.ref(`child.${name}`)})`),
    sql` || ' and ' || `,
  )
  const found = await sql<{ row: string }>`
    select ${row} as row from ${sql.table(table)} as child
    where ${sql.ref(`child.${from}`)} is not null
      and not exists (select 1 from ${sql.table(parent)} as parent where ${sql.ref(`parent.${to}`)} = ${sql.ref(`child.${from}`)})
    limit ${maxRows + 1}`.execute(db)
  const shown = found.rows.slice(0, maxRows).map((one) => one.row)
  const more = found.rows.length > maxRows ? ' and more' : ''
  return `${table} with ${shown.join(' or ')}${more}, whose ${from} is not in ${parent}`
}

/** The error of a migration, in plain words where the operator can fix it. */
export async function explainFailure(db: Kysely<Schema>, error: unknown): Promise<unknown> {
  if (!(error instanceof Error)) return error
  const object = dependentObject(error)
  if (object !== undefined) {
    const message = `The ${object} uses a table that this version changes, and is not ours. ${unchanged}Drop it, run ${countersign} migrate again, and create it for the new tables.`
    return new StoreError('unmigratable', message, { cause: error })
  }
  const refusal = await explainRefusal(db, error)
  if (refusal !== undefined) return refusal
  if (!isLockTimeout(error)) return error
  const message = `Other transactions use the tables${await describeLocks(db)}. ${unchanged}End them, for example by stopping the former version, and run ${countersign} migrate again.`
  return new StoreError('unmigratable', message, { cause: error })
}

/** The error of PostgreSQL about what the role may not do, in plain words; `undefined` for another error. */
export async function explainRefusal(db: Kysely<Schema>, error: unknown): Promise<StoreError | undefined> {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  // read_only_sql_transaction.
  if (error.code === '25006') {
    const message = `The database can only be read: ${error.message}. Name the primary database in DATABASE_URL, or a role that may write.`
    return new StoreError('unwritable', message, { cause: error })
  }
  // insufficient_privilege.
  if (error.code !== '42501') return undefined
  const { role, schema } = await whoAndWhere(db)
  const message = `PostgreSQL refuses the role ${role}: ${error.message}. Name a role in DATABASE_URL that owns the tables, or one that may create them: grant usage, create on schema ${schema ?? 'public'} to ${role}`
  return new StoreError('unwritable', message, { cause: error })
}

/** The schema of our tables on PostgreSQL: the first of the search_path that the role may use. @throws StoreError `unwritable` */
export async function requireSchema(db: Kysely<Schema>): Promise<string> {
  const { role, schema } = await whoAndWhere(db)
  if (schema !== null) return schema
  throw new StoreError(
    'unwritable',
    `The role ${role} may use no schema of its search_path. Grant it the right, such as: grant usage, create on schema public to ${role}`,
  )
}

/** For a new database: names of users are in all scripts, and emoji. @throws StoreError `unmigratable` */
export async function requireEncoding(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ encoding: string }>`select current_setting('server_encoding') as encoding`.execute(db)
  const encoding = rows[0]?.encoding
  // SQL_ASCII keeps all bytes as they are.
  if (encoding === 'UTF8' || encoding === 'SQL_ASCII') return
  throw new StoreError(
    'unmigratable',
    `The database has the encoding ${encoding}, which has no place for most characters. Nothing was changed. Make another one: create database countersign encoding 'UTF8' locale 'C' template template0`,
  )
}

async function whoAndWhere(db: Kysely<Schema>): Promise<{ readonly role: string; readonly schema: string | null }> {
  const { rows } = await sql<{ role: string; schema: string | null }>`
    select quote_ident(current_user) as role, current_schema() as schema`.execute(db)
  return rows[0] ?? { role: 'of DATABASE_URL', schema: null }
}

/** Such as `view report`, of which a database says that a change of our tables would break it. */
function dependentObject(error: Error): string | undefined {
  const [, inSqlite] = /^error in ((?:view|trigger) .+?)(?: after [a-z ]+)?:/.exec(error.message) ?? []
  if (inSqlite !== undefined) return inSqlite
  // PostgreSQL's dependent_objects_still_exist.
  if (!('code' in error) || error.code !== '2BP01' || !('detail' in error)) return undefined
  return /^(.+?) depends on /.exec(String(error.detail))?.[1]
}

/** Such as ` subjects (process 123)`. Empty when they have ended. */
async function describeLocks(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ table: string; pid: number }>`
    select distinct pg_class.relname as table, pid from pg_locks
    join pg_class on pg_class.oid = pg_locks.relation
    where granted and relkind = 'r' and relnamespace = current_schema()::regnamespace and pid <> pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`.execute(db)
  return rows.length === 0 ? '' : `: ${rows.map(({ table, pid }) => `${table} (process ${pid})`).join(', ')}`
}
