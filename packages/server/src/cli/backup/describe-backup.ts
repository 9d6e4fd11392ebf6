/** What commands print about a backup. */
import type { Header } from '../../backup/format.ts'
import { countRows } from '../../backup/write-backup.ts'
import { time } from '../time.ts'

/** Such as `3 users, 2 clients, 41 rows in all`. */
export function contentsOf(header: Header): string {
  const count = (name: string) => header.tables.find((table) => table.name === name)?.rows ?? 0
  const [users, clients, rows] = [count('subjects'), count('clients'), countRows(header)].map((number) =>
    number.toLocaleString('en-US'),
  )
  return `${users} user(s), ${clients} client(s), ${rows} rows in all`
}

export function backupJson(header: Header): object {
  return {
    made_at: time(header.madeAt),
    made_by: header.madeBy,
    database: header.database,
    rows: Object.fromEntries(header.tables.map(({ name, rows }) => [name, rows])),
  }
}
