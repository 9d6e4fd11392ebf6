/** The files of an SQLite database that is open: whether they are still those on the disk, and whether the disk can be written to. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs'

/** A login writes more than this. */
const minFreeBytes = 64 * 1024

/** Bytes of each file that are read to find an error of the disk. */
export const maxRead: number = 64 * 1024 * 1024
export const readAtOnce: number = 1024 * 1024

export interface SqliteFiles {
  /**
   * Whether the names lead to the files that are open. SQLite goes on writing to a file that was moved, replaced or removed, and
   * those changes are lost (https://sqlite.org/howtocorrupt.html §4).
   */
  readonly areInPlace: () => boolean
}

/** Call it while a connection has the files open. */
export function sqliteFiles(path: string): SqliteFiles {
  const open = new Map<string, string>()
  const isInPlace = (name: string) => {
    const found = identityOf(name)
    const known = open.get(name)
    // SQLite makes the other two at the first transaction.
    if (known === undefined && found !== undefined) open.set(name, found)
    return known === undefined || known === found
  }
  // SQLite has the other two beside the file that a link leads to.
  const real = realpathSync(path)
  const areInPlace = () => [path, `${real}-wal`, `${real}-shm`].every(isInPlace)
  areInPlace()
  return { areInPlace }
}

/** Whether nobody can write to the disk of the file any more, the superuser included. */
export function isDiskFull(path: string): boolean {
  const { bfree, bsize } = statfsSync(path)
  return bfree * bsize < minFreeBytes
}

/** Whether the disk is mounted for reading only, or this user may not write to the file. */
export function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    // Of a missing file, this is not the cause.
    return (error instanceof Error && 'code' in error && error.code === 'EROFS') || existsSync(path)
  }
}

/**
 * Whether the disk refuses to give a part of the file or of its log. SQLite calls it damage (SQLITE_IOERR_CORRUPTFS, which becomes
 * SQLITE_CORRUPT), but what is on the disk may be whole. Not while a connection is used: closing the file ends its locks (`sqlite-disk.ts`).
 */
export function isUnreadable(path: string): boolean {
  try {
    for (const name of [path, `${path}-wal`]) if (existsSync(name)) readThrough(name)
    return false
  } catch (error) {
    return isReadError(error)
  }
}

/** Whether the system reports that the disk did not give what was read. */
export function isReadError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EIO'
}

function readThrough(name: string): void {
  const file = openSync(name, 'r')
  try {
    const bytes = Buffer.alloc(readAtOnce)
    for (let at = 0; at < maxRead; at += readAtOnce) if (readSync(file, bytes, 0, readAtOnce, at) === 0) return
  } finally {
    closeSync(file)
  }
}

/** `undefined` when there is no file of this name. */
function identityOf(name: string): string | undefined {
  const found = statSync(name, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}
