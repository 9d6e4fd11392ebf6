/** Reads the file of an import: the tutorial's dict as JSON, a JSON array, or JSON lines. */
import { createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { ImportRow } from '../accounts/import-record.ts'
import { CommandError } from './command-error.ts'

/** A whole-file JSON document has to fit in memory; JSON lines do not. */
const documentLimit = 64 * 1024 * 1024

/** Answers what reads the rows, as often as it is called. @throws CommandError when the file can't be read */
export function openImport(path: string): () => AsyncIterable<ImportRow> {
  const head = readHead(path)
  if (isJsonLines(head)) return () => readLines(path)
  if (statSync(path).size > documentLimit) {
    throw new CommandError(`${path} is too long to be read whole. Write it as JSON lines: one user a line.`)
  }
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  const document = parse(text)
  if (typeof document !== 'object' || document === null) {
    throw new CommandError(`${path} is neither JSON (the tutorial's dict, or an array) nor JSON lines.`)
  }
  const rows = Array.isArray(document) ? rowsOfArray(document) : rowsOfDict(document, text)
  return async function* () {
    yield* rows
  }
}

function readHead(path: string): string {
  const head = Buffer.alloc(64 * 1024)
  try {
    const length = readSync(openSync(path, 'r'), head)
    return head.toString('utf8', 0, length).replace(/^\uFEFF/, '')
  } catch {
    throw new CommandError(`${path} can't be read. Check the path and its permissions.`)
  }
}

/** A first line that is a whole object with a username of its own. */
function isJsonLines(head: string): boolean {
  const first = parse(head.trimStart().split('\n', 1)[0] ?? '')
  if (typeof first !== 'object' || first === null || Array.isArray(first)) return false
  return 'username' in first && typeof first.username === 'string'
}

async function* readLines(path: string): AsyncGenerator<ImportRow> {
  let number = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
    if (text.trim() !== '') yield { place: `line ${number}`, value: parse(text) }
  }
}

function rowsOfArray(values: readonly unknown[]): ImportRow[] {
  return values.map((value, index) => ({ place: `entry ${index + 1}`, value }))
}

function rowsOfDict(dict: object, text: string): ImportRow[] {
  let from = 0
  let line = 1
  return Object.entries(dict).map(([key, value], index) => {
    const at = text.indexOf(`${JSON.stringify(key)}`, from)
    if (at === -1) return { place: `entry ${index + 1}`, key, value }
    line += text.slice(from, at).split('\n').length - 1
    from = at
    return { place: `line ${line}`, key, value }
  })
}

/** `undefined` when it is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
