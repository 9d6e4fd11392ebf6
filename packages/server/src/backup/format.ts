/**
 * A backup as text: lines of JSON, the same for both databases. The first one says what follows; each other one is a row, an array of
 * strings, numbers and null, in the order of the tables and columns that the first line names.
 */
import { type BackedUpTable, backedUpTables } from '../store/backed-up-tables.ts'
import type { TableRows } from '../store/replace-rows.ts'
import type { StoredRow } from '../store/snapshot.ts'
import type { DatabaseKind, StoredValue } from '../store/statement.ts'
import { BackupError, damaged } from './backup-error.ts'

const format = 'countersign-backup'
const formatVersion = 1

/** Seconds since the epoch: the latest time of a `Date`. */
const maxTime = 8_640_000_000_000

export interface Header {
  /** Seconds since the epoch. */
  readonly madeAt: number
  /** The version of Countersign. */
  readonly madeBy: string
  readonly database: DatabaseKind
  /** Those that ran on the database. */
  readonly migrations: readonly string[]
  readonly tables: readonly TableRows[]
  /** Names of tables that only another version has. */
  readonly unknownTables: readonly string[]
}

export function formatHeader({ madeAt, madeBy, database, migrations, tables }: Omit<Header, 'unknownTables'>): string {
  const line = { format, version: formatVersion, made_at: madeAt, made_by: madeBy, database, migrations, tables }
  return `${JSON.stringify(line)}\n`
}

export function formatRows(rows: readonly StoredRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** @throws BackupError */
export function parseHeader(line: string): Header {
  const header = parseJson(line)
  if (!isObject(header) || header['format'] !== format) throw damaged('it does not begin as one')
  const { version, made_at: madeAt, made_by: madeBy, database, migrations, tables } = header
  if (version !== formatVersion) {
    const message = `has the format ${String(version)}, which this version does not read. It was made by Countersign ${String(madeBy)}: restore it with that version.`
    throw new BackupError('other_version', message)
  }
  const isDatabase = database === 'sqlite' || database === 'postgres'
  const isWhole =
    isCount(madeAt) && madeAt <= maxTime && typeof madeBy === 'string' && isDatabase && isTexts(migrations)
  if (!isWhole || !Array.isArray(tables)) throw damaged('its first line is incomplete')
  const parsed = tables.map(parseTable)
  return {
    madeAt,
    madeBy,
    database,
    migrations,
    tables: parsed.flatMap(({ name, ...table }) => (isBackedUp(name) ? [{ name, ...table }] : [])),
    unknownTables: parsed.map(({ name }) => name).filter((name) => !isBackedUp(name)),
  }
}

function parseTable(table: unknown): Omit<TableRows, 'name'> & { readonly name: string } {
  if (!isObject(table)) throw damaged('its first line is incomplete')
  const { name, columns, rows } = table
  if (typeof name !== 'string' || !isTexts(columns) || columns.length === 0 || !isCount(rows)) {
    throw damaged('its first line is incomplete')
  }
  return { name, columns, rows }
}

/** @throws BackupError */
export function parseRow(line: string, { name, columns }: TableRows): StoredRow {
  const row = parseJson(line)
  if (!Array.isArray(row) || row.length !== columns.length || !row.every(isStored)) {
    throw damaged(`a row of ${name} is incomplete`)
  }
  return row
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw damaged('a line of it is not JSON', error)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isBackedUp(name: string): name is BackedUpTable {
  return backedUpTables.some((table) => table === name)
}

function isStored(value: unknown): value is StoredValue {
  return value === null || typeof value === 'string' || typeof value === 'number'
}
