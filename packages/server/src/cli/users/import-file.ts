/** Reads the file of an import: the tutorial's dict as JSON, a JSON array, or JSON lines. */
import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { isJsonObject, parseStrictJson, readMember } from '@countersign/guard/strict-json'
import type { ImportRow } from '../../users/import-record.ts'
import { CommandError } from '../command-error.ts'
import { utf8Decoder } from '../decode.ts'

/** Bytes. A JSON document is read into memory, JSON lines are not. */
const documentLimit = 64 * 1024 * 1024

export interface ImportFile {
  /** Reads the rows from the first one on, each time that it is called. */
  readonly rows: () => AsyncIterable<ImportRow>
  /** How much of the file the current reading has read: 0 to 1. */
  readonly fractionRead: () => number
}

/** @throws CommandError when the file cannot be read */
export function openImport(path: string): ImportFile {
  const { size, head } = look(path)
  if (isJsonLines(head)) return openLines(path, size)
  if (size > documentLimit) {
    throw new CommandError(`${path} is too large for one JSON document. Write it as JSON lines: one user on each line.`)
  }
  const decode = utf8Decoder(path)
  const text = decode(readFileSync(path)) + decode()
  const document = parseStrictJson(text)
  if (!document.ok) throw new CommandError(`${path} ${faults[document.fault]}.`)
  if (typeof document.value !== 'object' || document.value === null) {
    throw new CommandError(`${path} is neither the tutorial's dict nor an array of users, as JSON, nor JSON lines.`)
  }
  return inMemory(Array.isArray(document.value) ? rowsOfArray(document.value) : rowsOfDict(document.value, text))
}

function inMemory(rows: readonly ImportRow[]): ImportFile {
  let read = 0
  return {
    rows: async function* () {
      read = 0
      for (const row of rows) {
        read++
        yield row
      }
    },
    fractionRead: () => read / rows.length,
  }
}

const faults = {
  syntax_error: 'is neither JSON nor JSON lines',
  duplicate_member: 'has the same name twice in one object',
  too_deep: 'is nested too deeply',
} as const

/** The file is read twice, so it must be a regular file. */
function look(path: string): { size: number; head: string } {
  const head = Buffer.alloc(64 * 1024)
  try {
    const file = openSync(path, 'r')
    try {
      const about = fstatSync(file)
      if (about.isFile()) return { size: about.size, head: head.toString('utf8', 0, readSync(file, head)) }
    } finally {
      closeSync(file)
    }
  } catch {
    throw new CommandError(`${path} cannot be read. Check the path and its permissions.`)
  }
  throw new CommandError(`${path} is not a file. It is read twice: once to check every row, once to import them.`)
}

/** Whether the first line is a whole object with its own username. */
function isJsonLines(head: string): boolean {
  const first = parseStrictJson(
    head
      .replace(/^\uFEFF/, '')
      .trimStart()
      .split('\n', 1)[0] ?? '',
  )
  return first.ok && isJsonObject(first.value) && typeof readMember(first.value, 'username') === 'string'
}

function openLines(path: string, size: number): ImportFile {
  let bytesRead = 0
  return {
    rows: () => {
      bytesRead = 0
      return readLines(path, (bytes) => {
        bytesRead += bytes
      })
    },
    fractionRead: () => bytesRead / size,
  }
}

async function* readLines(path: string, onRead: (bytes: number) => void): AsyncGenerator<ImportRow> {
  let number = 0
  for await (const line of linesOf(path, onRead)) {
    number++
    if (line.trim() === '') continue
    const parsed = parseStrictJson(line)
    const place = `line ${number}`
    yield parsed.ok ? { place, value: parsed.value } : { place, value: undefined, problem: faults[parsed.fault] }
  }
}

/** Only a line feed ends a line: JSON may contain the other line separators of Unicode. */
async function* linesOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<string> {
  let rest = ''
  const decode = utf8Decoder(path)
  for await (const chunk of createReadStream(path)) {
    onRead(chunk.length)
    const lines = `${rest}${decode(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest + decode()
}

function rowsOfArray(values: readonly unknown[]): ImportRow[] {
  return values.map((value, index) => ({ place: `entry ${index + 1}`, value }))
}

function rowsOfDict(dict: object, text: string): ImportRow[] {
  let from = 0
  let line = 1
  let isLost = false
  return Object.entries(dict).map(([key, value], index) => {
    // A key with escapes is not found. Then its line, and the lines of the keys after it, stay unknown.
    const at = isLost ? -1 : text.indexOf(JSON.stringify(key), from)
    isLost = at === -1
    if (isLost) return { place: `entry ${index + 1}`, key, value }
    line += text.slice(from, at).split('\n').length - 1
    from = at
    return { place: `line ${line}`, key, value }
  })
}
