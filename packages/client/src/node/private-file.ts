/** A file that only its owner can read or replace. That is checked before it is read; it is written as a whole. */
import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClientError } from '../errors.ts'
import { isSystemError } from './system-error.ts'

const hasModes = process.platform !== 'win32'
/** Follows no link, and does not wait for the other end of a pipe. Windows has neither, and no such flags. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Creates the file's folder for its owner alone, if it is missing.
 * @throws ClientError `storage_unsafe` when other users may replace files in an existing folder
 */
export async function makePrivateFolder(file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  requirePrivateFolder(folder, await stat(folder))
}

/**
 * The content of the file, read only after the check that no other user can read or replace it; `undefined` when there is no file.
 * @throws ClientError `storage_unsafe`, or `storage_unreadable` when it is not a file
 */
export async function readPrivateFile(file: string): Promise<string | undefined> {
  const handle = await openToRead(file)
  if (handle === undefined) return undefined
  try {
    requirePrivateFolder(dirname(file), await stat(dirname(file)))
    requirePrivateFile(file, await handle.stat())
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** Replaces the whole file or nothing: a new file beside it gets its name. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      // After a crash of the machine, the file must not be empty.
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } finally {
    await rm(beside, { force: true })
  }
}

async function openToRead(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, readFlags)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    // A link or the like cannot be opened: its error names what it is.
    requireFile(file, await lstat(file))
    throw error
  }
}

function requirePrivateFile(file: string, found: Stats): void {
  requireFile(file, found)
  if (!hasModes) return
  if ((found.mode & 0o077) !== 0) {
    throw new ClientError('storage_unsafe', `Other users may read the tokens in ${file}. Run: chmod 600 '${file}'`)
  }
  if (found.uid !== process.getuid?.()) {
    throw new ClientError('storage_unsafe', `${file} belongs to another user. Delete it, or choose another path`)
  }
}

function requireFile(file: string, found: Stats): void {
  if (found.isFile()) return
  const kind = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'not a file'
  throw new ClientError('storage_unreadable', `${file} is ${kind}: choose the path of a file`)
}

/** A user who may write in a folder can replace any file in it. */
function requirePrivateFolder(folder: string, { mode, uid }: Stats): void {
  if (!hasModes) return
  // With the sticky bit, as in /tmp, only the owner of a file can.
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0) {
    throw new ClientError(
      'storage_unsafe',
      `Other users may replace the files in ${folder}. Run: chmod go-w '${folder}'`,
    )
  }
  if (uid !== process.getuid?.() && uid !== 0) {
    throw new ClientError('storage_unsafe', `${folder} belongs to another user: choose another path`)
  }
}
