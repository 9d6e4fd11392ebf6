/** Splits a JSON document into its entries while it is read, so that a long one need not fit into memory. */
import { ImportError } from '../import-error.ts'
import { maxRecordLength } from '../import-row.ts'
import { jsonStructure } from './json-structure.ts'

export interface JsonEntry {
  /** Its text; of an object's member, with its name. Empty when it is too long to be a user. */
  readonly text: string
  /** Counted from 1. */
  readonly line: number
  readonly isTooLong: boolean
}

/** The entries of the array or of the object that `pieces` are. What follows its end is left alone when `mayContinue`. @throws ImportError */
export async function* splitJson(
  pieces: AsyncIterable<string>,
  { firstLine = 1, mayContinue = false }: { readonly firstLine?: number; readonly mayContinue?: boolean } = {},
): AsyncGenerator<JsonEntry> {
  const scan = jsonStructure()
  let opener: string | undefined
  let isClosed = false
  let count = 0
  let kept = ''
  let isTooLong = false
  let line = firstLine

  /** Takes what is kept and `rest` as an entry. */
  function take(rest: string): JsonEntry {
    keep(rest)
    const startsAt = line + linesIn(/^\s*/.exec(kept)?.[0] ?? '')
    line += linesIn(kept)
    const entry = { text: kept, line: startsAt, isTooLong }
    kept = ''
    isTooLong = false
    count++
    return entry
  }

  function keep(text: string): void {
    isTooLong ||= kept.length + text.length > maxRecordLength
    if (isTooLong) line += linesIn(kept) + linesIn(text)
    kept = isTooLong ? '' : kept + text
  }

  for await (const piece of pieces) {
    const entries: JsonEntry[] = []
    let from = 0
    scan(piece, (character, at, depth) => {
      if (isClosed) throw new ImportError(`goes on after the end of the JSON document, at line ${line}`)
      if (depth !== 1) return true
      const before = piece.slice(from, at)
      from = at + 1
      if (character === ',') entries.push(take(before))
      else if (character === '[' || character === '{') {
        opener = character
        line += linesIn(before)
      } else {
        if (opener !== (character === ']' ? '[' : '{')) throw new ImportError(`has a wrong bracket at line ${line}`)
        // Nothing between the brackets is no entry.
        if (count > 0 || isTooLong || `${kept}${before}`.trim() !== '') entries.push(take(before))
        isClosed = true
        return !mayContinue
      }
      return true
    })
    yield* entries
    if (isClosed && mayContinue) return
    if (isClosed && piece.slice(from).trim() !== '') throw new ImportError('goes on after the end of the JSON document')
    keep(piece.slice(from))
  }
  if (!isClosed) throw new ImportError('ends before the JSON document is complete')
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}
