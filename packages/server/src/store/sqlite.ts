/** SQLite through `node:sqlite`: opening with checks, and the settings that durability depends on. */
import { closeSync, existsSync, linkSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type CompiledQuery, Kysely, sql } from 'kysely'
import { countersign } from '../config/called-as.ts'
import { type Connection, connectionTo, type Migrate, type Transact } from './connection.ts'
import { problemOf } from './database-problem.ts'
import { isBusy, StoreError } from './errors.ts'
import { groupCommits } from './group-commits.ts'
import type { Schema } from './schema.ts'
import { quickCheckLimit, rememberDamage } from './sqlite-damage.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { sqliteDisk } from './sqlite-disk.ts'
import { isDiskFull, sqliteFiles } from './sqlite-files.ts'
import { sqliteReader } from './sqlite-reader.ts'
import { problemBehind, refusalOf } from './sqlite-refusals.ts'
import { readRoots } from './sqlite-roots.ts'

/** Marks a file as ours (`PRAGMA application_id`): "CSGN". */
const applicationId = 0x4353474e

/** Milliseconds without a write, after which nobody waits for the write-ahead log. */
const idleMs = 200

/** How long opening waits for another program's lock. */
const openTimeoutMs = 3000
/** How long a read waits for one. */
const readTimeoutMs = 50

/** Opens the file. Creates a missing one if `create` is set. @throws StoreError */
export function openSqlite(path: string, create: boolean): Connection {
  const isNew = !existsSync(path)
  if (isNew && !create) {
    throw new StoreError('not_migrated', `There is no database at ${path}. Create it with: ${countersign} migrate`)
  }
  if (isNew) makeFile(path)
  requireSqliteFile(path)
  const writer = connect(path)
  try {
    inspect(writer, path)
    configure(writer, path)
    // From here on `sqlite-dialect.ts` waits for locks, without blocking the event loop.
    writer.exec('pragma busy_timeout = 0')
    requireWritable(writer)
  } catch (error) {
    writer.close()
    throw error instanceof StoreError ? error : refusalOf(path, error)
  }
  const reading = connect(path)
  const reader = sqliteReader(reading, readTimeoutMs)
  const files = sqliteFiles(path)
  const disk = sqliteDisk(path)
  const damagedOrUnreadable = async () => ((await disk.isUnreadable()) ? 'io_error' : 'damaged')
  const damage = rememberDamage(path, () => {
    for (const database of [writer, reading]) database.exec('pragma shrink_memory')
  })
  let lastWriteMs = performance.now()
  const beforeWrite = () => {
    lastWriteMs = performance.now()
    reader.endSnapshot()
  }
  const db = new Kysely<Schema>({ dialect: sqliteDialect(writer, beforeWrite, damage.notice) })
  const grouped = groupCommits(db)
  const transact: Transact = async (work) => {
    try {
      return await grouped(work)
    } finally {
      // Commits are in `setImmediate`: what a request reads after one would last into the next turn.
      process.nextTick(reader.endSnapshot)
    }
  }
  return connectionTo({
    kind: 'sqlite',
    db,
    prepareRead: (text) => {
      const read = damage.notice(() => reader.prepare(text))
      return (values) => damage.notice(() => read(values))
    },
    transact,
    probe: async (queries) => {
      if (!files.areInPlace()) return 'moved'
      if (damage.isThere()) return await damagedOrUnreadable()
      if (isDiskFull(path)) return 'full'
      try {
        await transact((inside) => runAll(inside, queries))
        return undefined
      } catch (error) {
        const problem = problemBehind(path, problemOf(error))
        if (problem === undefined) throw error
        return problem === 'damaged' ? await damagedOrUnreadable() : problem
      }
    },
    migrate: withoutForeignKeys(db),
    // SQLite uses the write-ahead log again, but never makes it smaller by itself. Another process that reads keeps it as it is.
    tidy: async () => {
      if (performance.now() - lastWriteMs > idleMs) await sql`pragma wal_checkpoint(truncate)`.execute(db)
      return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
    },
    close: async () => {
      reader.close()
      if (writer.isOpen) writer.close()
      await disk.close()
    },
  })
}

export async function runAll(db: Kysely<Schema>, queries: readonly CompiledQuery[]): Promise<void> {
  for (const query of queries) await db.executeQuery(query)
}

/** Foreign keys can be switched off only outside of a transaction. The migrations check them in theirs. */
export function withoutForeignKeys(db: Kysely<Schema>): Migrate {
  return async (work) => {
    await sql`pragma foreign_keys = off`.execute(db)
    try {
      return await work(db)
    } finally {
      await sql`pragma foreign_keys = on`.execute(db)
    }
  }
}

/**
 * Makes a file that is marked as ours and that only its owner can read (SQLite gives its side files the same rights). It gets
 * its name when it is complete: neither a crash nor another process that starts now sees a part.
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

function connect(path: string): DatabaseSync {
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

/** SQLite opens also a file that it may not write to, and begins a transaction in it: only a write fails. @throws an error of SQLite (SQLITE_READONLY) */
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
