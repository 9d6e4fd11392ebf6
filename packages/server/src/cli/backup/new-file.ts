/** A new file that only its owner can read. It gets its name when it is complete and on the disk. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemRandom } from '../../environment.ts'
import { isOutage } from '../../store/errors.ts'
import { atSignals } from '../at-signals.ts'
import { CommandError } from '../command-error.ts'
import { fileErrorCode } from '../file-error.ts'

export interface NewFile {
  readonly path: string
  /** Whether it may replace a file. */
  readonly replaces: boolean
  /** Called with the path of the complete file, before it has its name. */
  readonly check: (unnamed: string) => Promise<void>
}

/** @throws CommandError; what `bytes` and `check` throw. Nothing is left then. */
export async function writeNewFile(
  { path, replaces, check }: NewFile,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  requireFree(path, replaces)
  // In containers, process ids are the same each time: a file that an interruption left would be in the way.
  const unnamed = `${path}.part-${systemRandom.id()}`
  // The part that an interruption leaves is of no use, and has names and password hashes.
  const endWatch = atSignals(() => rmSync(unnamed, { force: true }))
  try {
    const file = await open(unnamed, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await check(unnamed)
    requireFree(path, replaces)
    await rename(unnamed, path)
    await syncFolder(dirname(path))
  } catch (error) {
    // Not where its name is one that the file system refuses: removing would throw, too.
    if (existsSync(unnamed)) await rm(unnamed)
    throw isOutage(error) ? error : explained(path, error)
  } finally {
    endWatch()
  }
}

/** @throws CommandError when there is a file that may not be replaced, or something that is not a file, such as a device */
export function requireFree(path: string, replaces: boolean, fix = 'Choose another name.'): void {
  if (!existsSync(path)) return
  if (!statSync(path).isFile()) throw new CommandError(`${path} is not a file. Choose another name.`)
  if (!replaces) throw new CommandError(`${path} exists. ${fix}`)
}

/** A name is on the disk when its folder is. Windows opens no folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const opened = await open(folder, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

function explained(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error
  const code = fileErrorCode(error)
  const fix = code === 'ENOSPC' ? 'The disk is full.' : 'Check the path and its permissions.'
  return new CommandError(`${path} cannot be written (${code}). ${fix} Nothing was kept.`)
}
