/** A new file that only its owner can read. It gets its name when it is complete and on the disk. */
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isOutage } from '../../store/errors.ts'
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
  const unnamed = `${path}.part-${process.pid}`
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
    await rm(unnamed, { force: true })
    throw isOutage(error) ? error : explained(path, error)
  }
}

/** @throws CommandError */
function requireFree(path: string, replaces: boolean): void {
  if (replaces || !existsSync(path)) return
  throw new CommandError(`${path} exists. Choose another name.`)
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
