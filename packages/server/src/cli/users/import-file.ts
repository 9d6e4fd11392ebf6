/** Reads the file of an import as text, in pieces: UTF-8 or UTF-16, with or without a byte order mark. */
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { ImportError } from '../../users/import/import-error.ts'
import type { ImportRow } from '../../users/import/import-row.ts'
import { containerOf } from '../../users/import/readers/container.ts'
import { CommandError } from '../command-error.ts'

/** Bytes. */
const headSize = 64 * 1024

export interface ImportFile {
  /** Reads the rows from the first one on, each time that it is called. @throws CommandError */
  readonly rows: () => AsyncIterable<ImportRow>
  /** How much of the file the current reading has read: 0 to 1. */
  readonly fractionRead: () => number
}

/** @throws CommandError when the file cannot be read */
export function openImport(path: string): ImportFile {
  const { size, head } = look(path)
  const encoding = encodingOf(head)
  // The last character may be cut off.
  const container = containerOf(new TextDecoder(encoding).decode(head).replace(/\uFFFD+$/, ''))
  if (!container)
    throw new CommandError(`${path} is neither JSON, JSON lines, CSV with the names of its columns, nor LDIF.`)
  let bytesRead = 0
  async function* pieces(): AsyncGenerator<string> {
    bytesRead = 0
    const decode = decoder(path, encoding)
    for await (const chunk of createReadStream(path)) {
      bytesRead += chunk.length
      yield decode(chunk)
    }
    yield decode()
  }
  return { rows: () => named(path, container.read(pieces())), fractionRead: () => bytesRead / size }
}

/** The file is read twice, so it must be a regular file. */
function look(path: string): { size: number; head: Buffer } {
  const head = Buffer.alloc(headSize)
  try {
    // Opening a pipe would wait for its writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const about = fstatSync(file)
      if (about.isFile()) return { size: about.size, head: head.subarray(0, readSync(file, head)) }
    } finally {
      closeSync(file)
    }
  } catch {
    throw new CommandError(`${path} cannot be read. Check the path and its permissions.`)
  }
  throw new CommandError(`${path} is not a file. It is read twice: once to check every row, once to import them.`)
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** By the byte order mark, or by the zero byte of the first character: every container begins with ASCII. */
function encodingOf([first, second]: Buffer): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first !== 0 && second === 0) return 'utf-16le'
  return first === 0 && second !== 0 ? 'utf-16be' : 'utf-8'
}

/** Decodes in pieces, without the byte order mark. */
function decoder(path: string, encoding: Encoding): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true })
  return (bytes) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch {
      throw new CommandError(
        `${path} is not valid ${encoding.toUpperCase()}. Convert it, such as with iconv -f windows-1252 -t utf-8`,
      )
    }
  }
}

/** Messages begin with the name of the file. */
async function* named(path: string, rows: AsyncIterable<ImportRow>): AsyncGenerator<ImportRow> {
  try {
    yield* rows
  } catch (error) {
    throw error instanceof ImportError ? new CommandError(`${path} ${error.message}.`) : error
  }
}
