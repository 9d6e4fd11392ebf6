/** The lines of a text that arrives in pieces. */
import { maxRecordLength } from '../import-row.ts'

export interface Line {
  /** Without the line feed, and without a carriage return before it. Cut off when it is too long. */
  readonly text: string
  /** Counted from 1. */
  readonly number: number
  readonly isTooLong: boolean
}

/** Only a line feed ends a line: JSON may contain the other line separators of Unicode. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = ''
  let number = 0
  const line = (text: string): Line => ({
    text: text.slice(0, maxRecordLength).replace(/\r$/, ''),
    number: ++number,
    isTooLong: text.length > maxRecordLength,
  })
  for await (const piece of pieces) {
    const [first = '', ...others] = piece.split('\n')
    // One character more than allowed, so that the line is known to be too long.
    rest = (rest + first).slice(0, maxRecordLength + 1)
    for (const next of others) {
      yield line(rest)
      rest = next
    }
  }
  if (rest !== '') yield line(rest)
}
