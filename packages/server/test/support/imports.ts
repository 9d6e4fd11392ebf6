/** Imports for tests: of records, of a text, and of one record without a database. */
import type { TestContext } from 'node:test'
import { inspectHash } from '../../src/passwords/import-check.ts'
import type { Store } from '../../src/store/open.ts'
import type { Format, FormatOptions } from '../../src/users/import/format.ts'
import { plain } from '../../src/users/import/formats/plain.ts'
import { guessFormat } from '../../src/users/import/guess-format.ts'
import type { ImportRow } from '../../src/users/import/import-row.ts'
import { type ImportOptions, type ImportReport, importUsers } from '../../src/users/import/import-users.ts'
import { parseMapRule } from '../../src/users/import/map-rules.ts'
import { type ImportRecord, readRecord } from '../../src/users/import/read-record.ts'
import { containerOf } from '../../src/users/import/readers/container.ts'
import { type DatabaseKind, freshStore } from './databases.ts'

/** The time of these imports, in seconds. */
export const importedAt: number = Date.UTC(2026, 10, 29) / 1000

export interface TestImport {
  readonly store: Store
  readonly importRecords: (records: readonly unknown[], options?: Partial<ImportOptions>) => Promise<ImportReport>
}

export async function startImport(t: TestContext, kind: DatabaseKind): Promise<TestImport> {
  const store = await freshStore(t, kind)
  return {
    store,
    importRecords: (records, options) =>
      importUsers({ store, now: () => importedAt }, () => rowsOf(records), { format: plain, ...options }),
  }
}

export async function* rowsOf(records: readonly unknown[]): AsyncGenerator<ImportRow> {
  for (const [index, value] of records.entries()) yield { place: `line ${index + 1}`, value }
}

/** The rows of a file with this text. */
export async function rowsOfText(text: string): Promise<readonly ImportRow[]> {
  const rows: ImportRow[] = []
  async function* pieces() {
    yield text
  }
  for await (const row of containerOf(text)?.read(pieces()) ?? []) rows.push(row)
  return rows
}

/** What becomes of each row of a file, in the format that is guessed or given. */
export async function readText(text: string, options: ReadTextOptions = {}): Promise<readonly ImportRecord[]> {
  const rows = await rowsOfText(text)
  const { format = guessFormat(rows, []), formatOptions = {}, maps = [], inspect = inspectHash } = options
  return rows.map((row) =>
    readRecord(row, {
      format,
      rules: maps.map(parseMapRule),
      formatOptions,
      inspect,
      now: importedAt,
    }),
  )
}

export interface ReadTextOptions {
  readonly format?: Format
  readonly formatOptions?: FormatOptions
  readonly maps?: readonly string[]
  readonly inspect?: typeof inspectHash
}
