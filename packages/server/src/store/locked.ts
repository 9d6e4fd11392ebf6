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
