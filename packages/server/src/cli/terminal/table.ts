/** Rows in aligned columns with titles, for a terminal. */
import { printable } from '../../trace/format.ts'
import { pad, shorten, textWidth } from './text-width.ts'

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan'

/** Colours a text, or returns it unchanged where there are no colours. */
export type Paint = (style: Style, text: string) => string

export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string
  readonly style?: (row: Row) => Style | undefined
  /** Its cells are never shortened: for ids, which users copy, and for times. @default false */
  readonly isWhole?: boolean
}

const gap = '  '

/** A column that is not whole stays at least as wide, so that it is readable. */
const minWidth = 8

/**
 * The lines of the table. Those that are wider than `width` are made to fit: the widest columns are shortened, with `…`. Where that is
 * not enough, because of columns that stay whole, each row has two lines: its first cell, and the others.
 */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: Paint,
): readonly string[] {
  const laidOut = columns.map((column) => layOut(column, rows))
  if (lineWidth(laidOut.map(({ least }) => least)) <= width) return formatLines(laidOut, width, paint)
  const others = formatLines(laidOut.slice(1), width - gap.length, paint)
  return formatLines(laidOut.slice(0, 1), width, paint).flatMap((first, at) => [first, `${gap}${others[at]}`.trimEnd()])
}

interface Cell {
  readonly text: string
  readonly style: Style | undefined
}

interface LaidOutColumn {
  /** Its title is the first. */
  readonly cells: readonly Cell[]
  /** Of the widest cell. */
  readonly natural: number
  /** To which the column may be shortened. */
  readonly least: number
}

function layOut<Row>({ title, text, style, isWhole = false }: Column<Row>, rows: readonly Row[]): LaidOutColumn {
  const cells = rows.map((row): Cell => ({ text: printable(text(row)), style: style?.(row) }))
  const natural = cells.reduce((widest, cell) => Math.max(widest, textWidth(cell.text)), title.length)
  return {
    cells: [{ text: title, style: 'bold' }, ...cells],
    natural,
    least: isWhole ? natural : Math.min(natural, minWidth),
  }
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, gap.length * (widths.length - 1))
}

function formatLines(columns: readonly LaidOutColumn[], width: number, paint: Paint): readonly string[] {
  const widths = fit(columns, width)
  const formatCell = ({ text, style }: Cell, at: number) => {
    const short = shorten(text, widths[at] ?? 0)
    const padded = at === columns.length - 1 ? short : pad(short, widths[at] ?? 0)
    return style === undefined ? padded : paint(style, padded)
  }
  const lines = columns[0]?.cells ?? []
  return lines.map((_, line) =>
    columns
      .map(({ cells }, at) => formatCell(cells[line] ?? { text: '', style: undefined }, at))
      .join(gap)
      .trimEnd(),
  )
}

/** Takes from the widest column that may be shortened, until all fit. */
function fit(columns: readonly LaidOutColumn[], width: number): readonly number[] {
  const fitted = columns.map(({ natural, least }) => ({ width: natural, least }))
  for (let over = lineWidth(columns.map(({ natural }) => natural)) - width; over > 0; over--) {
    const [widest] = fitted.filter((one) => one.width > one.least).sort((a, b) => b.width - a.width)
    if (!widest) break
    widest.width -= 1
  }
  return fitted.map((one) => one.width)
}
