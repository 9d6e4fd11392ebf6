/**
 * The log of changed rows: while a move copies, triggers in the source record the key of each row that is changed, in the same transaction.
 * So the changes of all processes are recorded, those of other versions too.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { Snapshot, StoredRow } from '../snapshot.ts'
import type { DatabaseKind } from '../statement.ts'
import { keyColumns, type MovedTable, movedTables } from './moved-tables.ts'

const log = 'countersign_changes'
const trigger = 'countersign_changed'

/**
 * Creates the triggers, and empties the log. On PostgreSQL the tables must be locked against writes; where there are triggers of a former
 * move, against all requests.
 */
export async function logChanges(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  await emptyLog(db)
  await addTriggers(db, kind)
}

/** Creates the triggers; what the log has stays. On PostgreSQL the tables must be locked as for `logChanges`. */
export async function addTriggers(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  await removeTriggers(db, kind)
  if (kind === 'sqlite') await createOnSqlite(db)
  else await createOnPostgres(db)
}

/** Whether each table has its triggers. */
export async function isLogging(db: Kysely<Schema>, kind: DatabaseKind): Promise<boolean> {
  const { rows } = await (kind === 'sqlite' ? onSqlite : onPostgres).execute(db)
  const found = new Map(rows.map(({ name, count }) => [name, Number(count)]))
  return movedTables.every((table) => found.get(table) === (kind === 'sqlite' ? changes.length : postgresEvents.length))
}

interface Counted {
  readonly name: string
  readonly count: number
}

const onSqlite = sql<Counted>`
  select tbl_name as name, count(*) as count from sqlite_master
  where type = 'trigger' and name glob ${`${trigger}_*`} group by tbl_name`

const onPostgres = sql<Counted>`
  select relname as name, count(*) as count from pg_trigger join pg_class on pg_class.oid = tgrelid
  where relnamespace = current_schema()::regnamespace and tgname in (${trigger}, ${`${trigger}_all`}) and tgenabled in ('O', 'A')
  group by relname`

/** Removes the triggers, and empties the log. On PostgreSQL the tables must be locked against all requests. */
export async function stopLogging(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  await removeTriggers(db, kind)
  await emptyLog(db)
}

async function removeTriggers(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  if (kind === 'postgres') {
    await sql.raw(`drop function if exists ${trigger}() cascade`).execute(db)
    return
  }
  for (const table of movedTables)
    for (const change of changes) await sql.raw(`drop trigger if exists ${trigger}_${table}_${change}`).execute(db)
}

export async function emptyLog(db: Kysely<Schema>): Promise<void> {
  await sql.raw(`delete from ${log}`).execute(db)
}

const changes = ['insert', 'update', 'delete'] as const

const postgresEvents = [
  [trigger, ['after insert or update or delete', 'for each row']],
  // Of no program of ours, but of a person with a SQL prompt.
  [`${trigger}_all`, ['before truncate', 'for each statement']],
] as const

async function createOnSqlite(db: Kysely<Schema>): Promise<void> {
  for (const table of movedTables) {
    const note = (row: 'old' | 'new') => {
      const key = keyColumns[table].map((column) => `${row}."${column}"`).join(', ')
      return `insert into ${log} (table_name, key) values ('${table}', json_array(${key}));`
    }
    for (const change of changes) {
      const notes = `${change === 'insert' ? '' : note('old')} ${change === 'delete' ? '' : note('new')}`
      await sql
        .raw(`create trigger ${trigger}_${table}_${change} after ${change} on "${table}" begin ${notes} end`)
        .execute(db)
    }
  }
}

/** The function has the rights of its owner: a role that may change users need not be able to write to the log. */
async function createOnPostgres(db: Kysely<Schema>): Promise<void> {
  const note = (row: 'old' | 'new') => `
    insert into ${log} (table_name, key)
    select tg_table_name, jsonb_agg(to_jsonb(${row}) -> name order by place)::text
    from unnest(tg_argv) with ordinality as names(name, place);`
  await sql
    .raw(
      `create function ${trigger}() returns trigger language plpgsql security definer set search_path from current as $$
      begin
        if tg_op = 'TRUNCATE' then
          execute format('insert into ${log} (table_name, key) select %L, (
            select jsonb_agg(to_jsonb(rows) -> name order by place)
            from unnest($1) with ordinality as names(name, place))::text from %I as rows', tg_table_name, tg_table_name)
          using tg_argv;
          return null;
        end if;
        if tg_op <> 'INSERT' then ${note('old')} end if;
        if tg_op <> 'DELETE' then ${note('new')} end if;
        return null;
      end $$`,
    )
    .execute(db)
  for (const table of movedTables) {
    const key = keyColumns[table].map((column) => `'${column}'`).join(', ')
    for (const [name, [event, unit]] of postgresEvents) {
      await sql
        .raw(`create trigger ${name} ${event} on "${table}" ${unit} execute function ${trigger}(${key})`)
        .execute(db)
    }
  }
}

/** What the log says. */
export interface Changes {
  /** Of the entries, which are removed when the target has the changes. */
  readonly ids: readonly number[]
  /** The keys of changed rows: JSON of lists. */
  readonly keys: ReadonlyMap<MovedTable, ReadonlySet<string>>
}

/** `entries`: id, table and key of each. */
function changesOf(entries: readonly StoredRow[]): Changes {
  const keys = new Map<MovedTable, Set<string>>()
  for (const [, name, key] of entries) {
    const table = movedTables.find((moved) => moved === name)
    if (table === undefined) continue
    const known = keys.get(table) ?? new Set()
    // PostgreSQL writes spaces between the members.
    known.add(JSON.stringify(JSON.parse(String(key))))
    keys.set(table, known)
  }
  return { ids: entries.map(([id]) => Number(id)), keys }
}

/** Not by the highest id: on PostgreSQL a transaction with a lower one may end later. */
export async function removeEntries(db: Kysely<Schema>, kind: DatabaseKind, ids: readonly number[]): Promise<void> {
  const list =
    kind === 'postgres'
      ? 'select value::bigint from json_array_elements_text($1::json) as ids(value)'
      : 'select value from json_each(?)'
  await db.executeQuery(CompiledQuery.raw(`delete from ${log} where id in (${list})`, [JSON.stringify(ids)]))
}

/** Reads the log of a snapshot. */
export async function readChanges(snapshot: Snapshot): Promise<Changes> {
  return changesOf(await snapshot.query(`select id, table_name, key from ${log}`, []))
}
