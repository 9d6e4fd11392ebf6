/** One at a time across processes: a lock file that its holder keeps fresh, so that one left behind by a crash is known by its age. */
import type { BigIntStats } from 'node:fs'
import { type FileHandle, lstat, open, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClientError } from '../errors.ts'
import { isSystemError } from './system-error.ts'

/** After so long without a sign of life, its holder is dead. */
const staleAfterMs = 10_000
const signOfLifeEveryMs = 2_000
const retryAfterMs = 25
/** Longer than any work under the lock takes: a request to the issuer has a time limit of its own. */
const maxWaitMs = 120_000

/**
 * Does `work` while no other holder of this lock does theirs, in this process or another. The lock file is gone afterwards.
 * @throws ClientError `storage_locked` when another process does not let go of it for two minutes, or the path is no file's
 */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const ours = await acquire(path)
  const signs = setInterval(() => {
    const now = new Date()
    // On a file system that takes no times, the lock is good for as long as it is young.
    ours.utimes(now, now).catch(() => {})
  }, signOfLifeEveryMs)
  signs.unref()
  try {
    return await work()
  } finally {
    clearInterval(signs)
    await release(path, ours)
  }
}

/** Waits for the lock and answers its file, open: so no other file can have its number. */
async function acquire(path: string): Promise<FileHandle> {
  const giveUpAt = Date.now() + maxWaitMs
  for (;;) {
    const ours = await create(path)
    if (ours !== undefined) return ours
    if (Date.now() > giveUpAt) {
      throw new ClientError(
        'storage_locked',
        `Another process holds ${path}. End it, or delete the file if there is no such process`,
      )
    }
    if (isStale(await look(path))) await breakStale(path)
    else await sleep(retryAfterMs)
  }
}

/** The new file, if it is ours now: making a file that must be new is one step for the file system. */
async function create(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return undefined
    throw error
  }
}

async function breakStale(path: string): Promise<void> {
  await alone(path, async () => {
    if (isStale(await look(path))) await rm(path, { force: true })
  })
}

async function release(path: string, ours: FileHandle): Promise<void> {
  try {
    await alone(path, async () => {
      const { ino } = await ours.stat({ bigint: true })
      // A machine that slept may find it broken, and another holder's in its place.
      const isOurs = (await look(path))?.ino === ino
      // Windows keeps the name of a file that is open.
      await ours.close()
      if (isOurs) await rm(path, { force: true })
    })
  } finally {
    await ours.close()
  }
}

/**
 * Does `remove` while nobody else removes the lock: so what it looked at is what it removes, and never the next holder's. A file
 * beside the lock says so; one that a crash left behind within these few steps is broken in the same way.
 */
async function alone(path: string, remove: () => Promise<void>): Promise<void> {
  const beside = `${path}.break`
  const handle = await acquire(beside)
  try {
    await handle.close()
    await remove()
  } finally {
    await rm(beside, { force: true })
  }
}

/** Also when its time is far ahead: a clock that was set back must not keep it for ever. */
function isStale(file: BigIntStats | undefined): boolean {
  return file !== undefined && Math.abs(Date.now() - Number(file.mtimeMs)) > staleAfterMs
}

/** The lock file, if there is one. What is no file was not made here, and nothing happens to it. */
async function look(path: string): Promise<BigIntStats | undefined> {
  const found = await findEntry(path)
  if (found !== undefined && !found.isFile()) {
    throw new ClientError('storage_locked', `${path} is in the way of the lock: it is no file. Remove it`)
  }
  return found
}

async function findEntry(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true })
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
