/** Tokens in a file that only its owner can read, shared by the processes of one user. */
import { resolve } from 'node:path'
import { ClientError } from '../errors.ts'
import type { TokenStorage } from '../tokens/storage.ts'
import { withFileLock } from './file-lock.ts'
import { makePrivateFolder, readPrivateFile, writePrivateFile } from './private-file.ts'

/**
 * Storage for `createClient` in Node: one JSON file of mode 0600, in a folder that is created with mode 0700 if it is missing. The file is
 * replaced as a whole, so that a reader never sees half of it, and `lock` lets one of several processes renew a token. Where files have
 * no modes (Windows), the user's profile folder keeps other users out: `defaultTokenFile` is in it.
 *
 * The functions throw ClientError: `storage_unsafe` when other users may read or replace the file, `storage_unreadable` when it is a link
 * or has other content, `storage_locked` when another process keeps the lock for two minutes.
 */
export function fileStorage(path: string): Required<TokenStorage> {
  const file = resolve(path)

  const change = async (edit: (entries: Map<string, string>) => void): Promise<void> => {
    await makePrivateFolder(file)
    await withFileLock(`${file}.write-lock`, async () => {
      const entries = await readEntries(file)
      edit(entries)
      await writePrivateFile(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`)
    })
  }

  return {
    get: async (key) => (await readEntries(file)).get(key),
    set: (key, value) => change((entries) => entries.set(key, value)),
    remove: (key) => change((entries) => entries.delete(key)),
    lock: async (_key, work) => {
      await makePrivateFolder(file)
      return await withFileLock(`${file}.lock`, work)
    },
  }
}

async function readEntries(file: string): Promise<Map<string, string>> {
  const text = await readPrivateFile(file)
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
