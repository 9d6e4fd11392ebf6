/** Lists as values of statements: one statement serves lists of every length. */
import { type Expression, sql } from 'kysely'
import type { DatabaseKind } from './statement.ts'

/** A list of texts as one value: JSON. */
export function listValue(texts: readonly string[]): string {
  return JSON.stringify(texts)
}

/** The texts of a `listValue`, for `in`. */
export function textsIn(list: Expression<string>, kind: DatabaseKind): Expression<string> {
  return kind === 'sqlite'
    ? sql<string>`(select value from json_each(${list}))`
    : sql<string>`(select jsonb_array_elements_text(cast(${list} as jsonb)))`
}
