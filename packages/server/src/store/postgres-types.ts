/** How `pg` reads the values of PostgreSQL. */
import { type CustomTypesConfig, types } from 'pg'

/** Object identifier of PostgreSQL's `int8`, which `pg` returns as text. Ours are times and counts, far below 2^53. */
const int8 = 20

export function int8As(read: (text: string) => number): CustomTypesConfig {
  return {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === int8 ? read : types.getTypeParser(oid, format),
  }
}
