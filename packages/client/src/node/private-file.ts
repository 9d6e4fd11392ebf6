/** A file that only its owner can read or replace: read once that is known, and written as a whole. */
import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClientError } from '../errors.ts'
import { isSystemError } from './system-error.ts'

const hasModes = process.platform !== 'win32'
/** Not through a link, and without waiting for another program at the other end of a pipe. Windows has neither, and no such flags. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Makes the file's folder, where it is missing, for its owner alone.
 * @throws ClientError `storage_unsafe` when others may replace what is in the one that is there
 */
export async function makePrivateFolder(file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  requirePrivateFolder(folder, await stat(folder))
}

/**
 * What the file holds, read only after it is known to be nobody else's; `undefined` when there is none.
 * @throws ClientError `storage_unsafe`, or `storage_unreadable` when it is no file
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

/** All of it or nothing: a new file beside it takes its name. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      // A crash of the machine must not leave the new name with nothing in it.
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
    // What can't be opened for what it is, such as a link, tells its kind without.
    requireFile(file, await lstat(file))
    throw error
  }
}

function requirePrivateFile(file: string, found: Stats): void {
  requireFile(file, found)
  if (!hasModes) return
  if ((found.mode & 0o077) !== 0) {
    throw new ClientError('storage_unsafe', `Others may read the tokens in ${file}. Run: chmod 600 '${file}'`)
  }
  if (found.uid !== process.getuid?.()) {
    throw new ClientError('storage_unsafe', `${file} belongs to another user. Delete it, or choose another path`)
  }
}

function requireFile(file: string, found: Stats): void {
  if (found.isFile()) return
  const kind = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'no file'
  throw new ClientError('storage_unreadable', `${file} is ${kind}: choose the path of a file`)
}

/** Who may write in a folder may put a file of their own in the place of any that is there. */
function requirePrivateFolder(folder: string, { mode, uid }: Stats): void {
  if (!hasModes) return
  // Where the sticky bit is set, as in /tmp, only a file's owner may.
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0) {
    throw new ClientError('storage_unsafe', `Others may replace the files in ${folder}. Run: chmod go-w '${folder}'`)
  }
  if (uid !== process.getuid?.() && uid !== 0) {
    throw new ClientError('storage_unsafe', `${folder} belongs to another user: choose another path`)
  }
}
