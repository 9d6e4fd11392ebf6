/** CSV with the names of its columns in the first row (RFC 4180), as databases and spreadsheets write it. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { ImportError } from '../import-error.ts'
import { type ImportRow, maxRecordLength } from '../import-row.ts'

/** What the library gives for each row with the option `info`. */
interface CsvRow {
  readonly record: readonly (string | null)[]
  readonly info: { readonly lines: number }
}

const delimiters = [',', ';', '\t', '|']

/** Values without quotes that are empty, `NULL` or `\N` are null, as databases write them. @throws ImportError */
export async function* readCsv(pieces: AsyncIterable<string>, head: string): AsyncGenerator<ImportRow> {
  const parser = parse({
    delimiter: delimiterOf(head),
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordLength,
    cast: (value, { quoting }) => (!quoting && (value === '' || value === 'NULL' || value === '\\N') ? null : value),
  })
  const source = Readable.from(pieces)
  const failure = pipeline(source, parser).then(
    () => undefined,
    (error: unknown) => error,
  )
  let columns: readonly string[] | undefined
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRow>) {
      if (columns === undefined) columns = columnsOf(record)
      else yield { place: `line ${info.lines}`, ...recordOf(columns, record) }
    }
  } catch (error) {
    throw error instanceof CsvError ? new ImportError(`is not valid CSV: ${error.message}`) : error
  } finally {
    source.destroy()
    parser.destroy()
    await failure
  }
}

/** The delimiter that the first row has most often. */
export function delimiterOf(head: string): string {
  const header = (head.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const counts = delimiters.map((delimiter) => header.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}

function columnsOf(record: readonly (string | null)[]): readonly string[] {
  const names = record.map((name) => (name ?? '').trim())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ImportError(`has two columns with the name "${twice}"`)
  return names
}

function recordOf(
  columns: readonly string[],
  record: readonly (string | null)[],
): { readonly value: unknown; readonly problem?: string } {
  if (record.length !== columns.length) {
    return { value: undefined, problem: `has ${record.length} values, but there are ${columns.length} columns` }
  }
  return { value: Object.fromEntries(columns.map((name, index) => [name, record[index]])) }
}
