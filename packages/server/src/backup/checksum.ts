/** The last 32 bytes of a backup are the SHA-256 of all bytes before them: gzip's own checksum leaves some bytes out. */
import { createHash } from 'node:crypto'
import { damaged } from './backup-error.ts'

const length = 32

/** The bytes, and the checksum after them. */
export async function* withChecksum(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
  yield hash.digest()
}

export interface CheckedBytes {
  /** The bytes without the checksum. @throws BackupError at the end, when it is another one */
  readonly bytes: AsyncGenerator<Uint8Array>
  /** Whether all bytes were read, and the checksum was right. */
  readonly isRight: () => boolean
}

export function checkingChecksum(source: AsyncIterable<Uint8Array>): CheckedBytes {
  let isRight = false
  async function* read(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256')
    let held = Buffer.alloc(0)
    for await (const chunk of source) {
      const all = Buffer.concat([held, chunk])
      const free = all.subarray(0, Math.max(0, all.length - length))
      held = all.subarray(free.length)
      hash.update(free)
      if (free.length > 0) yield free
    }
    isRight = hash.digest().equals(held)
    if (!isRight) throw damaged('its checksum does not match')
  }
  return { bytes: read(), isRight: () => isRight }
}
