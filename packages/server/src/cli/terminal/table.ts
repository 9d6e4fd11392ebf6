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
}

const gap = '  '

/** The lines of the table. Those that are wider than `width` are made to fit: the widest columns are shortened, with `…`. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: Paint,
): readonly string[] {
  const texts = rows.map((row) => columns.map(({ text }) => printable(text(row))))
  const natural = columns.map(({ title }, at) =>
    texts.reduce((widest, cells) => Math.max(widest, textWidth(cells[at] ?? '')), title.length),
  )
  const widths = fit(natural, width - gap.length * (columns.length - 1))
  const line = (cells: readonly string[], styleOf: (at: number) => Style | undefined) =>
    cells
      .map((cell, at) => {
        const short = shorten(cell, widths[at] ?? 0)
        const padded = at === cells.length - 1 ? short : pad(short, widths[at] ?? 0)
        const style = styleOf(at)
        return style === undefined ? padded : paint(style, padded)
      })
      .join(gap)
      .trimEnd()
  const titles = columns.map(({ title }) => title)
  return [
    line(titles, () => 'bold'),
    ...rows.map((row, index) => line(texts[index] ?? [], (at) => columns[at]?.style?.(row))),
  ]
}

/** Takes columns from the widest one until all fit. A narrow column stays readable. */
function fit(natural: readonly number[], available: number): readonly number[] {
  const minWidth = 8
  const widths = [...natural]
  for (let over = widths.reduce((sum, width) => sum + width, 0) - available; over > 0; over--) {
    const widest = Math.max(...widths)
    if (widest <= minWidth) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  return widths
}
