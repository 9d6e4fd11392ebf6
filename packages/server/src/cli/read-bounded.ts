/** Reads a small file that a flag or a setting names. It may be a device without an end, or a pipe that nobody writes to. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { CommandError } from './command-error.ts'

export interface Bounds {
  readonly bytes: number
  /** How long a pipe or a terminal may take. */
  readonly milliseconds: number
}

const defaultBounds: Bounds = { bytes: 1_000_000, milliseconds: 30_000 }

/** @throws CommandError when it has no end, is too large, or nobody writes to it; the error of the file system */
export function readBounded(path: string, bounds: Bounds = defaultBounds): Buffer {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const about = fstatSync(file)
    if (about.isDirectory()) throw new CommandError(`${path} is a folder, not a file.`)
    return readAll(path, file, !(about.isFIFO() && hasName(path)), bounds)
  } finally {
    closeSync(file)
  }
}

/** Any process may open it for writing later. One without a name, such as the output of a command, has its writers from the beginning. */
function hasName(path: string): boolean {
  try {
    realpathSync.native(path)
    return true
  } catch {
    return false
  }
}

function readAll(path: string, file: number, hasWriters: boolean, { bytes, milliseconds }: Bounds): Buffer {
  const buffer = Buffer.alloc(bytes + 1)
  const deadline = performance.now() + milliseconds
  let length = 0
  let hasBegun = hasWriters
  while (length <= bytes) {
    const count = readNow(file, buffer.subarray(length))
    // A pipe that nobody has opened for writing yet is empty, too.
    if (count === 0 && hasBegun) return buffer.subarray(0, length)
    hasBegun ||= count !== 0
    if (!count) wait(path, deadline)
    length += count ?? 0
  }
  throw new CommandError(`${path} has more than ${bytes.toLocaleString('en-US')} bytes. Name another file.`)
}

/** How many bytes it has read; `undefined` when there may be more later. */
function readNow(file: number, buffer: Buffer): number | undefined {
  try {
    return readSync(file, buffer)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined
    throw error
  }
}

function wait(path: string, deadline: number): void {
  if (performance.now() > deadline) throw new CommandError(`${path} is a pipe or a device, and does not end.`)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
}
