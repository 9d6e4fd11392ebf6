/** Reads a row by each table and index of an SQLite file that is too large to be checked as a whole before it is served. */
import type { DatabaseSync } from 'node:sqlite'

/** Each b-tree. A table without row ids is the index of its primary key, which `sqlite_schema` does not list. */
const trees = `
  select tree.type, tree.tbl_name as "table", tree.sql,
    case when tree.type = 'index' then tree.name
      when kind.wr = 1 then (select name from pragma_index_list(tree.name) where origin = 'pk') end as "index"
  from sqlite_schema as tree left join pragma_table_list as kind on kind.schema = 'main' and kind.name = tree.name
  where tree.rootpage > 0`

/**
 * Reads the page at the root of each b-tree, and the pages that lead from it to the first row. @throws an error of SQLite when one of them is damaged
 */
export function readRoots(database: DatabaseSync): void {
  for (const tree of database.prepare(trees).all()) readFirstRow(database, firstRowOf(tree))
}

function readFirstRow(database: DatabaseSync, query: string): void {
  try {
    database.prepare(query).get()
  } catch (error) {
    // SQLITE_ERROR: an index that is not ours may need another query.
    if (!(error instanceof Error && 'errcode' in error && error.errcode === 1)) throw error
  }
}

/** A query that uses this b-tree and no other. */
function firstRowOf({ type, table, index, sql }: Readonly<Record<string, unknown>>): string {
  if (index === null) return `select 1 from ${quoted(table)} not indexed limit 1`
  // SQLite uses a partial index only for a query with its condition.
  const [condition = ''] = (type === 'index' && /\swhere\s.*$/is.exec(String(sql))) || []
  return `select 1 from ${quoted(table)} indexed by ${quoted(index)}${condition} limit 1`
}

function quoted(name: unknown): string {
  return `"${String(name).replaceAll('"', '""')}"`
}
