/** Whether the disk still gives what it has of an SQLite database that is open. SQLite reports a part that it cannot read as damage. */
import { existsSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { withinTime } from '../within-time.ts'
import { isReadError, maxRead, readAtOnce } from './sqlite-files.ts'

/** Milliseconds. A disk that fails may take long for each part. */
const limitMs = 1000

export interface SqliteDisk {
  /** Whether it refuses to give a part of the file or of its log. `false` also when that is not found in time. */
  readonly isUnreadable: () => Promise<boolean>
  /** Call it when no connection to the file is open any more. */
  readonly close: () => Promise<void>
}

export function sqliteDisk(path: string): SqliteDisk {
  // Closing a file ends all locks that the process has on it, those of SQLite too. Without them, another program that closes the database
  // removes its log, and with it what is written later (https://sqlite.org/howtocorrupt.html §2.2). So this one stays open.
  let file: FileHandle | undefined
  let running: Promise<boolean> | undefined

  async function look(): Promise<boolean> {
    try {
      file ??= await open(path)
      await readThrough(file)
      await readLog(`${path}-wal`)
      return false
    } catch (error) {
      return isReadError(error)
    }
  }

  function lookOnce(): Promise<boolean> {
    running ??= look().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    isUnreadable: () => withinTime(limitMs, lookOnce, () => false),
    close: async () => await file?.close(),
  }
}

/** SQLite has no locks on it. */
async function readLog(name: string): Promise<void> {
  if (!existsSync(name)) return
  const log = await open(name)
  try {
    await readThrough(log)
  } finally {
    await log.close()
  }
}

async function readThrough(file: FileHandle): Promise<void> {
  const bytes = Buffer.alloc(readAtOnce)
  for (let at = 0; at < maxRead; at += readAtOnce) {
    const { bytesRead } = await file.read(bytes, 0, readAtOnce, at)
    if (bytesRead === 0) return
  }
}
