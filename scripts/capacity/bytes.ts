/** What the rows take on the disk. */
import { rowBytes, spare } from './measured.ts'
import type { Rows, Table } from './rows.ts'
import type { DatabaseName } from './work.ts'

/** Rows that are added and removed all the time. Their tables have room that is free at the moment. */
const changing: ReadonlySet<Table> = new Set([
  'sessions',
  'grants',
  'sessionless grants',
  'authorization_codes',
  'unused refresh_tokens',
  'used refresh_tokens',
  'traces',
])

/** With the indexes. */
export function bytesOf(rows: Rows, database: DatabaseName): Readonly<Record<Table, number>> {
  const entries = Object.entries(rows) as [Table, number][]
  const sizes = entries.map(([table, count]) => {
    const factor = changing.has(table) ? spare[database] : 1
    return [table, count * rowBytes[table][database] * factor]
  })
  return Object.fromEntries(sizes)
}
