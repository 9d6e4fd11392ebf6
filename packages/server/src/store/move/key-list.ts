/** Conditions that choose rows by their keys: the keys are one value, JSON of a list of lists. */
import { listed } from '../snapshot.ts'
import type { DatabaseKind } from '../statement.ts'
import { isNumber } from './moved-tables.ts'

/** Such as `("id") in (select ...)`, with one place for the value. */
export function hasOneOf(kind: DatabaseKind, columns: readonly string[]): string {
  const members = columns.map((column, at) => {
    const member = `(value ->> ${at})`
    return kind === 'postgres' && isNumber(column) ? `${member}::bigint` : member
  })
  const keys = kind === 'postgres' ? 'json_array_elements($1::json) as keys(value)' : 'json_each(?)'
  return `(${listed(columns)}) in (select ${members.join(', ')} from ${keys})`
}
