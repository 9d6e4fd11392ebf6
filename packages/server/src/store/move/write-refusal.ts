/**
 * Triggers that reject all changes, also those of other versions. The source gets them in the transaction that ends the move, so that no change
 * can come between. The target has them until it is complete, so that a server that still runs on it writes nothing.
 */
import { type Kysely, sql } from 'kysely'
import { movedAway, movedMessage } from '../database-problem.ts'
import type { Schema } from '../schema.ts'
import type { DatabaseKind } from '../statement.ts'
import { movedTables } from './moved-tables.ts'

const trigger = 'countersign_moved'

/** In `countersign_moves` while a transaction of the move writes. No other transaction sees it. */
const writer = 'writer'

const isRefused = `not exists (select 1 from countersign_moves where role = '${writer}')`

const changes = ['insert', 'update', 'delete'] as const

/** Call it in a transaction of the target: `work` may write, and nobody else. */
export async function despiteRefusal(db: Kysely<Schema>, work: () => Promise<void>): Promise<void> {
  await sql`insert into countersign_moves (role, id, other, runner, copied, begun_at) values (${writer}, '', '', '', '[]', 0)`.execute(
    db,
  )
  await work()
  await sql`delete from countersign_moves where role = ${writer}`.execute(db)
}

/** On PostgreSQL the tables must be locked against writes, which is all that it needs. */
export async function refuseWrites(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  const statements = kind === 'postgres' ? onPostgres() : movedTables.flatMap(onSqlite)
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** On PostgreSQL the tables must be locked against all requests. */
export async function acceptWrites(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  if (kind === 'postgres') {
    await sql.raw(`drop function if exists ${trigger}() cascade`).execute(db)
    return
  }
  for (const table of movedTables)
    for (const change of changes) await sql.raw(`drop trigger if exists ${trigger}_${table}_${change}`).execute(db)
}

function onSqlite(table: string): readonly string[] {
  return changes.map(
    (change) =>
      `create trigger ${trigger}_${table}_${change} before ${change} on "${table}" when ${isRefused}
        begin select raise(abort, '${movedMessage}'); end`,
  )
}

/** The function has the rights of its owner: a role that may change users need not be able to read the notes of moves. */
function onPostgres(): readonly string[] {
  return [
    `create function ${trigger}() returns trigger language plpgsql security definer set search_path from current as $$
    begin
      if ${isRefused} then raise exception '${movedMessage}' using errcode = '${movedAway}'; end if;
      return null;
    end $$`,
    ...movedTables.map(
      (table) =>
        `create trigger ${trigger} before insert or update or delete or truncate on "${table}" execute function ${trigger}()`,
    ),
  ]
}
