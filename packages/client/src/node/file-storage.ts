/** Tokens in a file that only its owner can read, shared by the processes of one user. */
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ClientError } from '../errors.ts'
import type { TokenStorage } from '../storage.ts'
import { isSystemError, withFileLock } from './file-lock.ts'

const hasModes = process.platform !== 'win32'

/**
 * Storage for `createClient` in Node: one JSON file, mode 0600, in a folder that is made with mode 0700 when it is missing. It is
 * replaced as a whole, so a reader never sees half of it, and `lock` lets one process of several renew a token. Where
 * files have no modes (Windows), the user's profile folder is what keeps others out: `defaultTokenFile` is inside of it.
 *
 * Takes a path. The functions throw ClientError: `storage_unsafe` when others may read the file, `storage_unreadable` when it
 * is not what was written here, `storage_locked` when another process holds the lock for minutes.
 */
export function fileStorage(path: string): Required<TokenStorage> {
  const file = resolve(path)

  const change = async (edit: (entries: Map<string, string>) => void): Promise<void> => {
    await makeFolder(file)
    await withFileLock(`${file}.write-lock`, async () => {
      const entries = await readEntries(file)
      edit(entries)
      await replace(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`)
    })
  }

  return {
    get: async (key) => (await readEntries(file)).get(key),
    set: (key, value) => change((entries) => entries.set(key, value)),
    remove: (key) => change((entries) => entries.delete(key)),
    lock: async (_key, work) => {
      await makeFolder(file)
      return await withFileLock(`${file}.lock`, work)
    },
  }
}

async function makeFolder(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
}

async function readEntries(file: string): Promise<Map<string, string>> {
  const text = await readPrivate(file)
  if (text === undefined) return new Map()
  const entries = Object.entries(parseObject(text) ?? unreadable(file))
  const strings = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return strings.length === entries.length ? new Map(strings) : unreadable(file)
}

function unreadable(file: string): never {
  throw new ClientError('storage_unreadable', `${file} is not a file of tokens. Delete it and log in again`)
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What the file holds, read only after it is known to be nobody else's; `undefined` when there is none. */
async function readPrivate(file: string): Promise<string | undefined> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    const { mode, uid } = await handle.stat()
    if (hasModes && (mode & 0o077) !== 0) {
      throw new ClientError('storage_unsafe', `Others may read the tokens in ${file}. Run: chmod 600 '${file}'`)
    }
    if (hasModes && uid !== process.getuid?.()) {
      throw new ClientError('storage_unsafe', `${file} belongs to another user. Delete it, or choose another path`)
    }
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** All of it or nothing: a new file beside it takes its name. */
async function replace(file: string, text: string): Promise<void> {
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
