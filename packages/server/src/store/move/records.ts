/** What a database knows of moves: one record of the move out of it, one of the move into it. */
import { type Kysely, sql } from 'kysely'
import { countersign } from '../../config/called-as.ts'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { type MovedTable, movedTables } from './moved-tables.ts'

/** What the database is in the move. */
export type Role = 'source' | 'target'

export interface MoveRecord {
  readonly role: Role
  /** The same in both databases. */
  readonly id: string
  /** The URL of the other database, without a password. */
  readonly other: string
  /** The id of the command that continues the move. An earlier command can no longer write. */
  readonly runner: string
  /** In the target: the tables that are copied. */
  readonly copied: readonly MovedTable[]
  /** Seconds since the epoch. */
  readonly begunAt: number
  /** `null` when it is unfinished. */
  readonly finishedAt: number | null
}

export type Records = { readonly [Name in Role]: MoveRecord | undefined }

interface Row {
  readonly role: Role
  readonly id: string
  readonly other: string
  readonly runner: string
  readonly copied: string
  readonly begun_at: number
  readonly finished_at: number | null
}

export async function readRecords(db: Kysely<Schema>): Promise<Records> {
  const { rows } = await sql<Row>`
    select role, id, other, runner, copied, begun_at, finished_at from countersign_moves`.execute(db)
  const records = rows.map(toRecord)
  const of = (role: Role) => records.find((record) => record.role === role)
  return { source: of('source'), target: of('target') }
}

function toRecord({ role, id, other, runner, copied, begun_at: begunAt, finished_at: finishedAt }: Row): MoveRecord {
  const names: unknown = JSON.parse(copied)
  const tables = movedTables.filter((table) => Array.isArray(names) && names.includes(table))
  return { role, id, other, runner, copied: tables, begunAt, finishedAt }
}

/** In place of the former one of its role. */
export async function writeRecord(db: Kysely<Schema>, record: MoveRecord): Promise<void> {
  const { role, id, other, runner, copied, begunAt, finishedAt } = record
  await removeRecord(db, role)
  await sql`insert into countersign_moves (role, id, other, runner, copied, begun_at, finished_at)
    values (${role}, ${id}, ${other}, ${runner}, ${JSON.stringify(copied)}, ${begunAt}, ${finishedAt})`.execute(db)
}

export async function removeRecord(db: Kysely<Schema>, role: Role): Promise<void> {
  await sql`delete from countersign_moves where role = ${role}`.execute(db)
}

/** From here on `runner` continues the move, and no other command. @throws StoreError `unmovable` when it is no longer there */
export async function takeOver(db: Kysely<Schema>, role: Role, id: string, runner: string): Promise<void> {
  const { numAffectedRows } = await sql`
    update countersign_moves set runner = ${runner} where role = ${role} and id = ${id} and finished_at is null`.execute(
    db,
  )
  if (numAffectedRows === 1n) return
  throw new StoreError(
    'unmovable',
    'Another countersign move has finished it meanwhile, or it was cancelled: this one ends here.',
  )
}

/**
 * Call it first in each transaction that changes a database: another command that takes over waits for that transaction.
 * @throws StoreError `unmovable` when another command has taken over
 */
export async function requireRunner(db: Kysely<Schema>, role: Role, runner: string): Promise<void> {
  const { numAffectedRows } = await sql`
    update countersign_moves set runner = ${runner} where role = ${role} and runner = ${runner}`.execute(db)
  if (numAffectedRows === 1n) return
  throw takenOver()
}

export function takenOver(): StoreError {
  return new StoreError(
    'unmovable',
    'Another countersign move has taken over, or this one was cancelled: it ends here.',
  )
}

export async function markCopied(db: Kysely<Schema>, copied: readonly MovedTable[]): Promise<void> {
  await sql`update countersign_moves set copied = ${JSON.stringify(copied)} where role = 'target'`.execute(db)
}

export async function markFinished(db: Kysely<Schema>, role: Role, now: number): Promise<void> {
  await sql`update countersign_moves set finished_at = ${Math.floor(now)} where role = ${role}`.execute(db)
}

/**
 * Rejects a database whose data was moved away, or has not arrived completely. Its tables must be up to date.
 * @throws StoreError `moved`
 */
export async function requireInUse({ db }: Connection): Promise<void> {
  const { source, target } = await readRecords(db)
  if (typeof source?.finishedAt === 'number') throw movedTo(source)
  if (target?.finishedAt === null) {
    const message = `A move from ${target.other} into this database has not finished. The servers go on with that one. To continue: ${countersign} move`
    throw new StoreError('moved', message)
  }
}

export function movedTo({ other, finishedAt }: MoveRecord): StoreError {
  const at = new Date((finishedAt ?? 0) * 1000).toISOString().replace(/\.\d+/, '')
  return new StoreError(
    'moved',
    `The data of this database was moved to ${other} at ${at}. Set DATABASE_URL to that database.`,
  )
}
