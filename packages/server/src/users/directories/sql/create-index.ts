/** How an operator gives look-ups the index that they lack. */
import type { Mapping } from './mapping.ts'
import type { SqlKind } from './preset.ts'

/** The statement, as what follows "read the whole table: ". */
export function createIndex(mapping: Mapping, by: 'username' | 'key'): string {
  const { kind, key, username, usernameCase } = mapping
  const ignoresCase = by === 'username' && usernameCase === 'ignore'
  // MariaDB has no index on an expression.
  if (ignoresCase && kind === 'mysql') {
    return "set usernameCase to 'exact', with a collation of the column that ignores letter case"
  }
  const column = by === 'key' ? key : username
  const indexed = ignoresCase ? `lower(${quoted(kind, column)})` : quoted(kind, column)
  return `create an index: create index ${place(mapping, column)} (${indexed})`
}

/** The name of the index, which only PostgreSQL makes by itself, and the table. */
function place({ kind, table }: Mapping, column: string): string {
  const quotedTable = table.split('.').map((name) => quoted(kind, name))
  if (kind === 'postgres') return `on ${quotedTable.join('.')}`
  const name = quoted(kind, `${table.split('.').at(-1)}_${column}`)
  if (kind === 'mysql') return `${name} on ${quotedTable.join('.')}`
  // SQLite has the schema before the name of the index instead.
  return `${[...quotedTable.slice(0, -1), name].join('.')} on ${quotedTable.at(-1)}`
}

function quoted(kind: SqlKind, name: string): string {
  const quote = kind === 'mysql' ? '`' : '"'
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}
