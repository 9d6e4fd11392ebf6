/** Replaces the contents of a database by those of a backup, and ends what a backup cannot know about: all or nothing. */

import { type Kysely, sql } from 'kysely'
import type { Clock } from '../environment.ts'
import { type BackedUpTable, backedUpTables, endedByRestore } from './backed-up-tables.ts'
import type { Connection } from './connection.ts'
import { isOutage, StoreError } from './errors.ts'
import { insertRows, type Target } from './insert-rows.ts'
import { isLockTimeout, lockTables } from './migration-locks.ts'
import type { Schema } from './schema.ts'
import { type NewKey, toRow } from './signing-keys.ts'
import type { StoredRow } from './snapshot.ts'
import type { DatabaseKind } from './statement.ts'

/** A table of a backup. */
export interface TableRows {
  readonly name: BackedUpTable
  readonly columns: readonly string[]
  /** How many rows it has. */
  readonly rows: number
}

/** What a restore ends. Times are in seconds since the epoch. */
export interface Ending {
  /** `null` when it was restored by other means. */
  readonly backupMadeAt: number | null
  /** Called at the end, since the restore may take long. @default the clock of the database */
  readonly now?: Clock
  /** They sign instead of those that are there, which are revoked. */
  readonly keys: readonly NewKey[]
}

/** What is put in place of the contents. */
export interface Replacement extends Ending {
  /** In the order of `backedUpTables`. */
  readonly tables: readonly TableRows[]
  /** The rows of one table, of the next one, and so on. */
  readonly batches: AsyncIterable<{ readonly table: TableRows; readonly rows: readonly StoredRow[] }>
  /** Whether rows that are there may be removed. */
  readonly replaces: boolean
}

/** @throws StoreError `not_empty`, `not_restorable`, `unreachable`; what `batches` throws. Nothing was changed then. */
export async function replaceRows(connection: Connection, clock: Clock, replacement: Replacement): Promise<void> {
  const { kind } = connection
  await connection.migrate((db) =>
    db.transaction().execute(async (inside) => {
      await lock(inside, kind)
      if (!replacement.replaces) await requireEmpty(inside)
      for (const table of [...endedByRestore, ...backedUpTables.toReversed()]) await inside.deleteFrom(table).execute()
      for await (const { table, rows } of replacement.batches) await insert({ db: inside, kind }, table, rows)
      for (const table of replacement.tables) await requireCount(inside, table)
      await noteRestore(inside, clock, replacement)
      if (kind === 'sqlite') await requireReferences(inside)
    }),
  )
}

/** For a database that was restored by other means: only ends what a restore ends. @throws StoreError `unreachable` */
export async function endAll(connection: Connection, clock: Clock, ending: Ending): Promise<void> {
  await connection.migrate((db) =>
    db.transaction().execute(async (inside) => {
      await lock(inside, connection.kind)
      for (const table of endedByRestore) await inside.deleteFrom(table).execute()
      await noteRestore(inside, clock, ending)
    }),
  )
}

/** On SQLite, the transaction has the lock of the whole database. */
async function lock(db: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  try {
    await lockTables(db, [...backedUpTables, ...endedByRestore])
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    const message = 'Other transactions use the tables. Nothing was changed. Stop the servers, and restore again.'
    throw new StoreError('unreachable', message, { cause: error })
  }
}

async function requireEmpty(db: Kysely<Schema>): Promise<void> {
  for (const table of backedUpTables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)
    if (rows.length > 0) throw new StoreError('not_empty', 'The database is not empty.')
  }
}

async function insert(target: Target, { name, columns }: TableRows, rows: readonly StoredRow[]): Promise<void> {
  try {
    await insertRows(target, { table: name, columns, rows })
  } catch (error) {
    throw isOutage(error) ? error : notRestorable(name, error)
  }
}

/** A migration has switched off the check of each row. */
async function requireReferences(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select "table" as name from pragma_foreign_key_check limit 1`.execute(db)
  if (rows[0]) throw notRestorable(rows[0].name, new Error('rows refer to rows that do not exist'))
}

function notRestorable(table: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : 'unknown error'
  const message = `The database does not take the rows of the backup for ${table}: ${reason}. Nothing was changed.`
  return new StoreError('not_restorable', message, { cause })
}

async function requireCount(db: Kysely<Schema>, { name, rows }: TableRows): Promise<void> {
  const counted = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`.execute(db)
  const found = Number(counted.rows[0]?.rows)
  if (found !== rows) throw notRestorable(name, new Error(`it has ${found} rows instead of ${rows}`))
}

/** From here on, no token and no key from before the restore is trusted. */
async function noteRestore(
  db: Kysely<Schema>,
  clock: Clock,
  { backupMadeAt, now = clock, keys }: Ending,
): Promise<void> {
  const restoredAt = Math.floor(now())
  await sql`
    update signing_keys set
      revoked_at = ${restoredAt}, revocation_reason = 'the database was restored from a backup', sealed_private_key = '',
      activated_at = coalesce(activated_at, ${restoredAt}), retired_at = coalesce(retired_at, ${restoredAt}),
      expires_at = ${restoredAt}
    where revoked_at is null`.execute(db)
  for (const key of keys)
    await db
      .insertInto('signing_keys')
      .values({ ...toRow(key), revoked_at: null, revocation_reason: null })
      .execute()
  // The next second: tokens of this one may have been issued before. Those that come after it say the next one.
  const row = { tokens_valid_from: restoredAt + 1, backup_made_at: backupMadeAt }
  await db
    .insertInto('restores')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
