/** Moves of a test's databases, rows in all of their tables, and changes of them. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { systemClock, systemRandom } from '../../src/environment.ts'
import { StoreError } from '../../src/store/errors.ts'
import { type Moved, moveDatabase, type OnStage } from '../../src/store/move/move.ts'
import { keyColumns, type MovedTable, movedTables } from '../../src/store/move/moved-tables.ts'
import { namedUrl } from '../../src/store/move/named-url.ts'
import type { Role } from '../../src/store/move/records.ts'
import type { Replacement } from '../../src/store/replace-rows.ts'
import { noOutage, patiently } from '../../src/store/sqlite-dialect.ts'
import { type DatabaseKind, migratedDatabase } from './databases.ts'

export function move(from: string, to: string, onStage: OnStage = () => {}): Promise<Moved> {
  return moveDatabase({ from, to, random: systemRandom, now: systemClock, onStage })
}

/** Calls `work` once, when so much of the stage is done. */
export function lastly(stage: string, least: number, work: () => void): OnStage {
  let isDone = false
  return (at, done) => {
    if (isDone || at !== stage || done < least) return
    isDone = true
    work()
  }
}

/** What a move that fails throws. */
export async function failureOf(work: Promise<unknown>): Promise<StoreError> {
  const error = await work.then(
    () => assert.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof StoreError, String(error))
  assert.doesNotMatch(error.message, /\n|secret word/)
  return error
}

export const roles = ['source', 'target'] as const

/** How a message begins that is about this database. */
export function beginningFor(role: Role, url: string): string {
  return `The ${role}, ${namedUrl(url)}: `
}

/** The URL of a database that is removed at the end of the test. It has tables: to make them takes as long as a move. */
export async function databaseUrl(t: TestContext, kind: DatabaseKind): Promise<string> {
  const { url, remove } = await migratedDatabase(kind)
  t.after(remove)
  return url
}

export const rows = 45

/** Adds rows to each table. Returns its columns. */
export async function givenRows(url: string): Promise<TableColumns> {
  const columns = await columnsOf(url)
  const direct = await connectDirectly(url)
  const numbers = Array.from({ length: rows }, (_, number) => number)
  const insertions = movedTables.flatMap((table) => numbers.map((number) => insertion(table, columns, number)))
  await direct.run(['begin', ...insertions, 'commit'].join(';'))
  await direct.close()
  return columns
}

export const emptyBackup: Replacement = {
  tables: [],
  batches: (async function* () {})(),
  replaces: true,
  backupMadeAt: null,
  keys: [],
}

/** Runs statements on one connection. */
export interface Direct {
  readonly run: (text: string) => Promise<void>
  readonly query: (text: string) => Promise<readonly Record<string, unknown>[]>
  readonly close: () => Promise<void>
}

export async function connectDirectly(url: string): Promise<Direct> {
  if (url.startsWith('sqlite:')) {
    // It must not block the move, which is in the same thread, and has the lock for a moment.
    const database = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 0 })
    const run = (text: string) => patiently(noOutage(), () => database.exec(text))
    return { run, query: async (text) => database.prepare(text).all(), close: async () => database.close() }
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  return {
    run: async (text) => {
      await client.query(text)
    },
    query: async (text) => (await client.query(text)).rows,
    close: () => client.end(),
  }
}

/** What columns refer to. */
const references: Readonly<Record<string, MovedTable>> = {
  subject_id: 'subjects',
  owner_id: 'subjects',
  user_id: 'subjects',
  group_name: 'groups',
  role_name: 'roles',
  client_id: 'clients',
  grant_id: 'grants',
}

export type TableColumns = ReadonlyMap<MovedTable, readonly Column[]>

export interface Column {
  readonly name: string
  readonly isNumber: boolean
  /** Whether it is neither of the key nor refers to another table. */
  readonly isPlain: boolean
}

export async function columnsOf(url: string): Promise<TableColumns> {
  const { query, close } = await connectDirectly(url)
  const columns = new Map<MovedTable, readonly Column[]>()
  for (const table of movedTables) {
    const found = url.startsWith('sqlite:')
      ? await query(`select name, type from pragma_table_info('${table}')`)
      : await query(
          `select column_name as name, data_type as type from information_schema.columns
            where table_schema = current_schema() and table_name = '${table}' order by ordinal_position`,
        )
    columns.set(
      table,
      found.map(({ name, type }) => ({
        name: String(name),
        isNumber: String(type).toLowerCase() !== 'text',
        isPlain: !(String(name) in references) && !keyColumns[table].some((key) => key === name),
      })),
    )
  }
  await close()
  return columns
}

/** The insertion of the row with this number, which refers to the rows of the same number. */
export function insertion(table: MovedTable, columns: TableColumns, number: number): string {
  const all = columns.get(table) ?? []
  const values = all.map(({ name, isNumber }) => (isNumber ? String(number) : `'${textOf(table, name, number)}'`))
  return `insert into "${table}" (${all.map(({ name }) => `"${name}"`).join()}) values (${values.join()})`
}

/** Which row has this number. */
export function rowNumbered(table: MovedTable, columns: TableColumns, number: number): string {
  const conditions = keyColumns[table].map((name) => {
    const isNumber = columns.get(table)?.find((column) => column.name === name)?.isNumber
    return `"${name}" = ${isNumber ? number : `'${textOf(table, name, number)}'`}`
  })
  return conditions.join(' and ')
}

function textOf(table: MovedTable, column: string, number: number): string {
  const referred = references[column]
  if (referred !== undefined) return `${referred}-${number}`
  return keyColumns[table].some((name) => name === column) ? `${table}-${number}` : `Zoë "\\\\" ${column} ${number}`
}

/** Of each table the number of its rows, and their hash. */
export async function contentsOf(url: string): Promise<Readonly<Record<string, string>>> {
  const direct = await connectDirectly(url)
  const contents: Record<string, string> = {}
  for (const table of movedTables) {
    const rows = await direct.query(`select * from "${table}"`)
    contents[table] = `${rows.length} ${hash('sha256', rows.map(plain).toSorted().join())}`
  }
  await direct.close()
  return contents
}

/** Migrations have added the columns in another order in each database, and PostgreSQL's driver returns large numbers as text. */
function plain(row: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])
  return JSON.stringify(entries.toSorted())
}
