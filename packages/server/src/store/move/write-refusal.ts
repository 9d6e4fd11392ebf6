/**
 * Triggers with which a database refuses all changes of what was moved out of it, whichever process and version asks. They are created in
 * the transaction that ends the move: no change can come between.
 */
import { type Kysely, sql } from 'kysely'
import { movedAway } from '../database-problem.ts'
import type { Schema } from '../schema.ts'
import type { DatabaseKind } from '../statement.ts'
import { movedTables } from './moved-tables.ts'

const trigger = 'countersign_moved'

const changes = ['insert', 'update', 'delete'] as const

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
      `create trigger ${trigger}_${table}_${change} before ${change} on "${table}" begin select raise(abort, 'the data was moved'); end`,
  )
}

function onPostgres(): readonly string[] {
  return [
    `create function ${trigger}() returns trigger language plpgsql as $$
    begin raise exception 'the data was moved' using errcode = '${movedAway}'; end $$`,
    ...movedTables.map(
      (table) =>
        `create trigger ${trigger} before insert or update or delete or truncate on "${table}" execute function ${trigger}()`,
    ),
  ]
}
