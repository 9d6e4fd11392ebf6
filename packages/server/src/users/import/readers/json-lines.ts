/** JSON lines: one user a line. */
import { parseStrictJson } from '@countersign/guard/strict-json'
import { type ImportRow, tooLong } from '../import-row.ts'
import { jsonFaults } from './json-faults.ts'
import { linesOf } from './lines.ts'

export async function* readJsonLines(pieces: AsyncIterable<string>): AsyncGenerator<ImportRow> {
  for await (const { text, number, isTooLong } of linesOf(pieces)) {
    if (text.trim() === '') continue
    const place = `line ${number}`
    const parsed = parseStrictJson(text)
    if (isTooLong) yield { place, value: undefined, problem: tooLong }
    else if (parsed.ok) yield { place, value: parsed.value }
    else yield { place, value: undefined, problem: jsonFaults[parsed.fault] }
  }
}
