/** Reads whose rows nobody can change until the transaction ends. */
import type { SelectQueryBuilder } from 'kysely'
import type { Schema } from './schema.ts'
import type { DatabaseKind } from './statement.ts'

/** On SQLite the query as it is: a transaction has locked the whole database already. */
export function locked<Table extends keyof Schema, Row>(
  kind: DatabaseKind,
  query: SelectQueryBuilder<Schema, Table, Row>,
): SelectQueryBuilder<Schema, Table, Row> {
  return kind === 'postgres' ? query.forShare() : query
}

/**
 * The same for rows that the transaction changes after reading them: another one with the same rows waits before it reads. With shared
 * locks both would read, and then wait for each other.
 */
export function lockedForUpdate<Table extends keyof Schema, Row>(
  kind: DatabaseKind,
  query: SelectQueryBuilder<Schema, Table, Row>,
): SelectQueryBuilder<Schema, Table, Row> {
  return kind === 'postgres' ? query.forNoKeyUpdate() : query
}
