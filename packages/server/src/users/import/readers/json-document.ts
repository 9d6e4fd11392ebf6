/** Users in one JSON document: an array, the tutorial's dict, or a list inside of an object. */
import { isJsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import { type ImportRow, tooLong } from '../import-row.ts'
import { jsonFaults } from './json-faults.ts'
import { type JsonEntry, splitJson } from './split-json.ts'
import { type ListPlace, skipToUsers } from './wrapped-users.ts'

/** `[{...}]` @throws ImportError */
export async function* readJsonArray(pieces: AsyncIterable<string>): AsyncGenerator<ImportRow> {
  yield* rowsOf(splitJson(pieces))
}

/** `{"users": [{...}]}` and the like. @throws ImportError */
export async function* readWrappedJson(pieces: AsyncIterable<string>, place: ListPlace): AsyncGenerator<ImportRow> {
  const iterator = pieces[Symbol.asyncIterator]()
  const { rest, line } = await skipToUsers(iterator, place)
  async function* list() {
    yield rest
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  try {
    yield* rowsOf(splitJson(list(), { firstLine: line, mayContinue: true }))
  } finally {
    await iterator.return?.()
  }
}

/** `{"johndoe": {...}}` @throws ImportError */
export async function* readJsonDict(pieces: AsyncIterable<string>): AsyncGenerator<ImportRow> {
  let number = 0
  for await (const entry of splitJson(pieces)) {
    const place = placeOf(entry, ++number)
    const parsed = parseStrictJson(`{${entry.text}}`)
    if (entry.isTooLong) yield { place, value: undefined, problem: tooLong }
    else if (!parsed.ok) yield { place, value: undefined, problem: jsonFaults[parsed.fault] }
    else {
      const [key, value] = Object.entries(isJsonObject(parsed.value) ? parsed.value : {})[0] ?? []
      yield key === undefined ? { place, value: undefined, problem: jsonFaults.syntax_error } : { place, key, value }
    }
  }
}

async function* rowsOf(entries: AsyncIterable<JsonEntry>): AsyncGenerator<ImportRow> {
  let number = 0
  for await (const entry of entries) {
    const place = placeOf(entry, ++number)
    const parsed = parseStrictJson(entry.text)
    if (entry.isTooLong) yield { place, value: undefined, problem: tooLong }
    else if (parsed.ok) yield { place, value: parsed.value }
    else yield { place, value: undefined, problem: jsonFaults[parsed.fault] }
  }
}

/** The line alone says nothing when the whole document is on one. */
function placeOf({ line }: JsonEntry, number: number): string {
  return `line ${line}, entry ${number}`
}
