/** A lock across processes: a file that its owner touches while it works, so that the file of a crashed process is recognized by its age. */
import type { BigIntStats } from 'node:fs'
import { type FileHandle, lstat, open, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClientError } from '../errors.ts'
import { isSystemError } from './system-error.ts'

/** A lock file that was not touched for so long belongs to a process that has ended. */
const staleAfterMs = 10_000
const touchEveryMs = 2_000
const retryAfterMs = 25
/** Longer than any work under the lock: a request to the issuer has its own time limit. */
const maxWaitMs = 120_000

/**
 * Does `work` while no other owner of this lock works, in this process or another. The lock file is removed afterwards.
 * @throws ClientError `storage_locked` when another process keeps the lock for two minutes, or when the path is not a file
 */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const ours = await acquire(path)
  const touching = setInterval(() => {
    const now = new Date()
    // On a file system that stores no times, the lock is valid until it is stale.
    ours.utimes(now, now).catch(() => {})
  }, touchEveryMs)
  touching.unref()
  try {
    return await work()
  } finally {
    clearInterval(touching)
    await release(path, ours)
  }
}

/** Waits for the lock and returns its file, open: as long as it is open, no other file can get its inode number. */
async function acquire(path: string): Promise<FileHandle> {
  const giveUpAt = Date.now() + maxWaitMs
  for (;;) {
    const ours = await create(path)
    if (ours !== undefined) return ours
    if (Date.now() > giveUpAt) {
      throw new ClientError(
        'storage_locked',
        `Another process keeps ${path}. End it, or delete the file if there is no such process`,
      )
    }
    if (isStale(await look(path))) await breakStale(path)
    else await sleep(retryAfterMs)
  }
}

/** The new file, if it did not exist: checking and creating is one step of the file system. */
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
      // After a sleep of the machine, the lock may be broken, and another owner's file in its place.
      const isOurs = (await look(path))?.ino === ino
      // Windows keeps the name of an open file.
      await ours.close()
      if (isOurs) await rm(path, { force: true })
    })
  } finally {
    await ours.close()
  }
}

/**
 * Does `remove` while no other process removes the lock, so that it removes the file it looked at, and not that of the next owner. A
 * second lock file beside the first one ensures this; if a crash leaves it behind, it is broken in the same way.
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

/** Also when its time is far in the future: a clock that was set back must not keep the lock forever. */
function isStale(file: BigIntStats | undefined): boolean {
  return file !== undefined && Math.abs(Date.now() - Number(file.mtimeMs)) > staleAfterMs
}

/** The lock file, if there is one. Anything but a file was not made here, and is not touched. */
async function look(path: string): Promise<BigIntStats | undefined> {
  const found = await findEntry(path)
  if (found !== undefined && !found.isFile()) {
    throw new ClientError('storage_locked', `${path} is in the way of the lock: it is not a file. Remove it`)
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
