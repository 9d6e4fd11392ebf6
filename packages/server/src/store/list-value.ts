/** Lists as values of statements: one statement serves lists of every length. */
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { DatabaseKind } from './statement.ts'

/** A list of texts as one value: JSON. */
export function listValue(texts: readonly string[]): string {
  return JSON.stringify(texts)
}

/** Whether `column` is one of the texts of a `listValue`. */
export function isAmong(
  column: Expression<string | null>,
  list: Expression<string>,
  kind: DatabaseKind,
): Expression<SqlBool> {
  // As an array: where two conditions with a subquery are joined by `or`, PostgreSQL uses no index.
  return kind === 'sqlite'
    ? sql<SqlBool>`${column} in (select value from json_each(${list}))`
    : sql<SqlBool>`${column} = any(array(select jsonb_array_elements_text(cast(${list} as jsonb))))`
}

/** The texts of a `listValue` as rows of the column `value`, in their order. */
export function rowsOf(list: Expression<string>, kind: DatabaseKind): RawBuilder<unknown> {
  return kind === 'sqlite'
    ? sql`json_each(${list})`
    : sql`jsonb_array_elements_text(cast(${list} as jsonb)) as listed (value)`
}
