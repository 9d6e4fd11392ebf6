/** One at a time across processes: a lock file that its holder keeps fresh, so that one left behind by a crash is known by its age. */
import { randomUUID } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { type FileHandle, link, open, rename, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClientError } from '../errors.ts'

/** After so long without a sign of life, its holder is dead. */
const staleAfterMs = 10_000
const signOfLifeEveryMs = 2_000
const retryAfterMs = 25
/** Longer than any work under the lock takes: a request to the issuer has a time limit of its own. */
const longestWaitMs = 120_000

/**
 * Does `work` while no other holder of this lock does theirs, in this process or another. The lock file is gone afterwards.
 * @throws ClientError `storage_locked` when another process does not let go of it for two minutes
 */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const ours = await acquire(path)
  const signs = setInterval(() => {
    const now = new Date()
    // Who removed the file by hand gets no sign of life; the work goes on.
    utimes(path, now, now).catch(() => {})
  }, signOfLifeEveryMs)
  signs.unref()
  try {
    return await work()
  } finally {
    clearInterval(signs)
    // A machine that slept may find it broken, and another holder's in its place.
    if ((await look(path))?.ino === ours) await rm(path, { force: true })
  }
}

/** Waits for the lock and answers which file it is. */
async function acquire(path: string): Promise<bigint> {
  const giveUpAt = Date.now() + longestWaitMs
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

/** The new file's number, if it is ours now: making a file that must be new is one step for the file system. */
async function create(path: string): Promise<bigint | undefined> {
  let handle: FileHandle
  try {
    handle = await open(path, 'wx', 0o600)
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return undefined
    throw error
  }
  try {
    return (await handle.stat({ bigint: true })).ino
  } finally {
    await handle.close()
  }
}

/** Of several that find it stale, one moves it aside. Who moved one that is alive after all puts it back. */
async function breakStale(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if (!isStale(await look(aside))) await link(aside, path)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT') && !isSystemError(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

function isStale(file: BigIntStats | undefined): boolean {
  return file !== undefined && Date.now() - Number(file.mtimeMs) > staleAfterMs
}

async function look(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Whether this is the error of the operating system with that code, such as `ENOENT`. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
