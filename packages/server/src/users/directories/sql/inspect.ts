/** What an operator should know of a directory in a database. */
import type { RawBuilder } from 'kysely'
import type { Finding } from '../directory.ts'
import { mayDisable } from '../disabled-when.ts'
import { createIndex } from './create-index.ts'
import { columnsOf, type Mapping, withColumns } from './mapping.ts'
import { scans } from './plan.ts'
import { usersByKeys, usersByName } from './queries.ts'
import type { SqlDatabase } from './sql-database.ts'
import { tableColumns } from './table-columns.ts'

/** Never throws: what goes wrong is a finding. */
export async function inspectSql(database: SqlDatabase, mapping: Mapping): Promise<readonly Finding[]> {
  try {
    const columns = await tableColumns(database.run, mapping.kind, mapping.table)
    const used = withColumns(mapping, columns)
    const missing = mapping.isDerived ? [] : columnsOf(used).filter((name) => !has(columns, name, mapping))
    if (missing.length > 0) return missing.map((name) => problem(`The table ${mapping.table} has no column ${name}.`))
    return [
      { isProblem: false, message: `The table ${mapping.table} can be reached.` },
      ...[...columns.keys()].filter((name) => isUndecided(mapping, name)).map(undecided),
      await planFinding(database, mapping, 'username', usersByName(used, 'somebody', 2)),
      await planFinding(database, mapping, 'key', usersByKeys(used, [someKey(columns.get(mapping.key)?.type)])),
    ]
  } catch (error) {
    return [problem(`The database cannot be used: ${reasonOf(error)}`)]
  }
}

/** MySQL and SQLite compare names of columns without letter case. */
function has(columns: ReadonlyMap<string, unknown>, name: string, { kind }: Mapping): boolean {
  if (kind === 'postgres') return columns.has(name)
  return [...columns.keys()].some((column) => column.toLowerCase() === name.toLowerCase())
}

function isUndecided(mapping: Mapping, column: string): boolean {
  return mayDisable(column) && ![...mapping.decided, ...columnsOf(mapping)].includes(column)
}

function undecided(column: string): Finding {
  return problem(
    `The column ${column} may say that a user is disabled, and no rule reads it: add it to \`disabled\`, with null if it says nothing of this kind.`,
  )
}

async function planFinding(
  database: SqlDatabase,
  mapping: Mapping,
  by: 'username' | 'key',
  query: RawBuilder<unknown>,
): Promise<Finding> {
  switch (scans(mapping.kind, await database.explain(query))) {
    case undefined:
      return problem(`The plan of look-ups by ${by} cannot be read: see yourself whether they have an index.`)
    case false:
      return { isProblem: false, message: `Look-ups by ${by} use an index.` }
    case true:
      return problem(`Look-ups by ${by} read the whole table: ${createIndex(mapping, by)}`)
  }
}

/** A value that a column of the type can have. */
function someKey(type: string | undefined): string {
  if (type === 'uuid') return '00000000-0000-0000-0000-000000000000'
  return /int/i.test(type ?? '') ? '1' : 'a'
}

/** The messages of the drivers name the user and the host, never the password. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? `${error.code}: ${error.message}` : error.message
}

function problem(message: string): Finding {
  return { isProblem: true, message }
}
