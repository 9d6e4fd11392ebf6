/** Lists: a table on a terminal, lines of tab-separated values in a pipe, or JSON. */
import { styleText } from 'node:util'
import { printable } from '../../trace/format.ts'
import { jsonOf, print } from './print.ts'
import { type Column, formatTable, type Paint } from './table.ts'

export interface List<Row> {
  readonly columns: readonly Column<Row>[]
  readonly json: (row: Row) => object
  /** What a terminal shows when there are no rows. */
  readonly whenEmpty: string
}

/** Colours on a terminal, unless NO_COLOR is set. */
export const paint: Paint = (style, text) => styleText(style, text, { stream: process.stdout })

/** Only a table needs all rows at once. */
export async function printList<Row>(
  { columns, json, whenEmpty }: List<Row>,
  rows: AsyncIterable<Row> | Iterable<Row>,
  isJson: boolean,
): Promise<void> {
  if (isJson) return printArray(rows, json)
  if (process.stdout.isTTY !== true) {
    for await (const row of rows) print(columns.map(({ text }) => printable(text(row))).join('\t'))
    return
  }
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  if (all.length === 0) print(whenEmpty)
  else for (const line of formatTable(columns, all, process.stdout.columns || 80, paint)) print(line)
}

/** One array, with each member on its own line. */
export async function printArray<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  json: (row: Row) => object,
): Promise<void> {
  let before = '['
  for await (const row of rows) {
    print(before === '[' ? before : `${before},`)
    before = `  ${jsonOf(json(row))}`
  }
  print(before === '[' ? '[]' : `${before}\n]`)
}

/** Names and values in two aligned columns. No value is shortened. */
export function printFields(fields: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2
  for (const [name, value] of fields) print(`${paint('dim', printable(name).padEnd(width))}${printable(value)}`)
}
