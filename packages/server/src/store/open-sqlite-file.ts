/** Opens an SQLite file: makes a missing one, checks it, and sets what durability depends on. */
import { closeSync, existsSync, linkSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { countersign } from '../config/called-as.ts'
import { isBusy, StoreError } from './errors.ts'
import { quickCheckLimit } from './sqlite-damage.ts'
import { refusalOf } from './sqlite-refusals.ts'
import { readRoots } from './sqlite-roots.ts'

/** Marks a file as ours (`PRAGMA application_id`): "CSGN". */
const applicationId = 0x4353474e

/** How long opening waits for another program's lock. */
const openTimeoutMs = 3000

/** Opens the file for writing. Creates a missing one if `create` is set. @throws StoreError */
export function openSqliteFile(path: string, create: boolean): DatabaseSync {
  const isNew = !existsSync(path)
  if (isNew && !create) {
    throw new StoreError('not_migrated', `There is no database at ${path}. Create it with: ${countersign} migrate`)
  }
  if (isNew) makeFile(path)
  requireSqliteFile(path)
  const database = connectToFile(path)
  try {
    inspect(database, path)
    configure(database, path)
    // From here on `sqlite-dialect.ts` waits for locks, without blocking the event loop.
    database.exec('pragma busy_timeout = 0')
    requireWritable(database)
    return database
  } catch (error) {
    database.close()
    throw error instanceof StoreError ? error : refusalOf(path, error)
  }
}

/**
 * Makes a file that is marked as ours and that only its owner can read (SQLite gives its side files the same rights). It gets
 * its name when it is complete, so that neither a crash nor another process that starts now sees an incomplete file.
 */
function makeFile(path: string): void {
  const unnamed = `${path}.new-${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(unnamed, 'w', 0o600))
    const database = new DatabaseSync(unnamed)
    database.exec(`pragma application_id = ${applicationId}`)
    database.close()
    if (!existsSync(path)) linkSync(unnamed, path)
  } catch (error) {
    throw refusalOf(path, error)
  } finally {
    // Not where its name is one that the file system refuses: removing would throw, too.
    if (existsSync(unnamed)) rmSync(unnamed)
  }
}

/** Without the checks, for a file that `openSqliteFile` has opened. @throws StoreError */
export function connectToFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: openTimeoutMs })
  } catch (error) {
    throw refusalOf(path, error)
  }
}

function requireSqliteFile(path: string): void {
  const header = Buffer.alloc(16)
  let size: number
  try {
    size = statSync(path).size
    const file = openSync(path, 'r')
    try {
      readSync(file, header)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw refusalOf(path, error)
  }
  if (size === 0) {
    throw new StoreError(
      'corrupt',
      `The database ${path} is an empty file. Restore a backup, or remove it to start again.`,
    )
  }
  if (header.toString('latin1') !== 'SQLite format 3\0') {
    throw new StoreError(
      'foreign',
      `${path} is not an SQLite database. It was left as it is: choose another DATABASE_URL.`,
    )
  }
}

function inspect(database: DatabaseSync, path: string): void {
  if (pragma(database, 'application_id') !== applicationId) {
    throw new StoreError(
      'foreign',
      `${path} is an SQLite database of another program. It was left as it is: choose another DATABASE_URL.`,
    )
  }
  if (statSync(path).size > quickCheckLimit) readRoots(database)
  else if (pragma(database, 'quick_check(1)') !== 'ok') throw refusalOf(path, undefined)
}

function configure(database: DatabaseSync, path: string): void {
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    -- On macOS, where fsync leaves data in the cache of the disk; elsewhere they change nothing.
    pragma fullfsync = on;
    pragma checkpoint_fullfsync = on;
    pragma trusted_schema = off;
    pragma secure_delete = fast;
  `)
  const isSafe =
    pragma(database, 'journal_mode') === 'wal' &&
    pragma(database, 'synchronous') === 2 &&
    pragma(database, 'foreign_keys') === 1
  if (!isSafe) {
    throw new StoreError(
      'unsafe_settings',
      `The database ${path} does not support WAL with synchronous=FULL, without which a power cut loses issued tokens. Put it on a local disk.`,
    )
  }
}

/**
 * SQLite also opens a file that it may not write to, and begins a transaction in it: only a write fails.
 * @throws an error of SQLite (SQLITE_READONLY)
 */
function requireWritable(database: DatabaseSync): void {
  try {
    database.exec('begin immediate; pragma user_version = 0; rollback')
  } catch (error) {
    // Another program writes.
    if (!isBusy(error)) throw error
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]
}
