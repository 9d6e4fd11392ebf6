/** Reads a backup. Nothing of it may be used before it was read to its end once: only then its checksum is known to be right. */
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { TableRows } from '../store/replace-rows.ts'
import { type StoredRow, snapshotBatch } from '../store/snapshot.ts'
import { BackupError, damaged } from './backup-error.ts'
import { checkingChecksum } from './checksum.ts'
import { type Header, parseHeader, parseRow } from './format.ts'

/** Characters. Our rows have some thousand; a line without end would fill the memory. */
const maxLine = 8_000_000

export interface Backup {
  readonly header: Header
  /** The rows of one table, of the next one, and so on. @throws BackupError, at the end at the latest when anything is damaged */
  readonly batches: AsyncGenerator<Batch>
}

export interface Batch {
  readonly table: TableRows
  readonly rows: readonly StoredRow[]
}

/** `bytes` are decrypted. @throws BackupError */
export async function readBackup(bytes: AsyncIterable<Uint8Array>): Promise<Backup> {
  const lines = linesOf(bytes)
  const first = await lines.next()
  if (first.done) throw damaged('it is empty')
  const header = parseHeader(first.value)
  return { header, batches: batchesOf(header, lines) }
}

async function* batchesOf({ tables, unknownTables }: Header, lines: AsyncGenerator<string>): AsyncGenerator<Batch> {
  // Whether another version made it, or it is damaged, is known at its end.
  if (unknownTables.length > 0) {
    for await (const _line of lines);
    return
  }
  for (const table of tables) {
    let rows: StoredRow[] = []
    for (let read = 1; read <= table.rows; read++) {
      const { done, value } = await lines.next()
      if (done) throw damaged(`it ends in ${table.name}`)
      if (rows.push(parseRow(value, table)) < snapshotBatch && read < table.rows) continue
      yield { table, rows }
      rows = []
    }
  }
  // Also reads the checksum.
  if (!(await lines.next()).done) throw damaged('it goes on after its last row')
}

async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const { bytes, isRight } = checkingChecksum(source)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const chunk of unzipped(bytes)) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
      const lines = [rest + first, ...others]
      rest = lines.pop() ?? ''
      if (rest.length > maxLine) throw damaged('a line of it is too long')
      yield* lines
    }
  } catch (error) {
    // It is damaged, or no gzip at all: its checksum is wrong as well.
    throw error instanceof BackupError ? error : damaged('its checksum does not match', error)
  }
  // gzip ends by itself: what follows its end is not read.
  if (!isRight()) throw damaged('its checksum does not match')
  if (rest !== '') throw damaged('its last line is incomplete')
}

function unzipped(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip()
  // The callback is for errors, which reach the reader of `gunzip` too.
  pipeline(Readable.from(bytes), gunzip, () => {})
  return gunzip
}
