/**
 * Reads of one row by its key. SQLite reads it at once. Of PostgreSQL, what is asked for at the same time is asked in one query: for many
 * requests, a query costs more than its rows.
 */
import { type Expression, type SqlBool, sql } from 'kysely'
import { atOnce } from './at-once.ts'
import { batchedReads } from './batched-reads.ts'
import type { Connection } from './connection.ts'
import { isAmong, listValue } from './list-value.ts'
import { defaultPool } from './pool-settings.ts'
import type { DatabaseKind, Statement } from './statement.ts'

/** A row waits for the reads before its own only as long as queries wait for a connection by default. */
export const maxBatchWaitMs: number = defaultPool.waitTimeout * 1000

/** The condition of a statement for `readByKey`. */
export function hasKey(column: Expression<string>, key: Expression<string>, kind: DatabaseKind): Expression<SqlBool> {
  return kind === 'sqlite' ? sql<SqlBool>`${column} = ${key}` : isAmong(column, key, kind)
}

/** Returns a read of the row with a key; without a promise on SQLite. `keyOf` is the key of a row. */
export function readByKey<Row>(
  { kind, read }: Pick<Connection, 'kind' | 'read'>,
  byKey: Statement<{ key: string }, Row>,
  keyOf: (row: Row) => string,
): (key: string) => Row | undefined | Promise<Row | undefined> {
  if (kind === 'sqlite') return (key) => atOnce(read(byKey, { key }), ([row]) => row)
  const readAll = async (keys: readonly string[]) => {
    const rows = await read(byKey, { key: listValue(keys.map(storable)) })
    const found = new Map(rows.map((row) => [keyOf(row), row]))
    return keys.map((key) => found.get(key))
  }
  return batchedReads(readAll, { maxWaitMs: maxBatchWaitMs })
}

/** PostgreSQL rejects a whole list for one text that it cannot store. No row has such a key, nor the empty one. */
export function storable(key = ''): string {
  return key.includes('\0') || !key.isWellFormed() ? '' : key
}
