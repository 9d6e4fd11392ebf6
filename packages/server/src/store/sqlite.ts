/** SQLite through `node:sqlite`: opening with checks, the settings our promises rest on, Kysely's dialect. */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import { prepareOnce } from './prepare-once.ts'
import type { Schema } from './schema.ts'
import { sqliteReader } from './sqlite-reader.ts'

/** Marks a file as ours (`PRAGMA application_id`): "CSGN". */
const applicationId = 0x4353474e

/** Above this size a full check would hold up the start; damage is then found when the page is read. */
const quickCheckLimit = 64 * 1024 * 1024

/** Opens the file, creating it when missing and `create` says so. @throws StoreError */
export function openSqlite(path: string, create: boolean): Connection {
  const isNew = !existsSync(path)
  if (isNew && !create) {
    throw new StoreError('not_migrated', `There is no database at ${path}. Create it with: countersign migrate`)
  }
  if (isNew) makeFile(path)
  else requireSqliteFile(path)
  const writer = connect(path)
  try {
    if (isNew) writer.exec(`pragma application_id = ${applicationId}`)
    else inspect(writer, path)
    configure(writer, path)
  } catch (error) {
    writer.close()
    throw error instanceof StoreError ? error : damaged(path, error)
  }
  const reader = sqliteReader(connect(path))
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: kyselyDatabase(writer, reader.endSnapshot) }),
  })
  return {
    kind: 'sqlite',
    db,
    read: <Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]) =>
      // The query was compiled for these rows; node:sqlite can't know their type.
      reader.read(query.sql, parameters) as Row[],
    close: async () => {
      reader.close()
      if (writer.isOpen) writer.close()
    },
  }
}

/** Readable by its owner alone; SQLite gives its side files the same rights. */
function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    throw unwritable(path, error)
  }
}

function connect(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path)
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, cause: unknown): StoreError {
  return new StoreError(
    'unwritable',
    `The database ${path} can't be opened for writing. Check the folder's permissions.`,
    {
      cause,
    },
  )
}

function damaged(path: string, cause: unknown): StoreError {
  const code =
    cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number' ? cause.errcode & 0xff : 0
  // SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN
  if (code === 3 || code === 8 || code === 14) return unwritable(path, cause)
  if (code === 5) {
    return new StoreError('unreachable', `The database ${path} is locked by another program.`, { cause })
  }
  return new StoreError(
    'corrupt',
    `The database ${path} is damaged. It was left as it is: restore a backup in its place.`,
    {
      cause,
    },
  )
}

function requireSqliteFile(path: string): void {
  const header = Buffer.alloc(16)
  let size: number
  try {
    size = statSync(path).size
    const file = openSync(path, 'r')
    readSync(file, header)
    closeSync(file)
  } catch (error) {
    throw unwritable(path, error)
  }
  if (size === 0) {
    throw new StoreError(
      'corrupt',
      `The database ${path} is an empty file. Restore a backup, or remove it to start anew.`,
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
  if (statSync(path).size <= quickCheckLimit && pragma(database, 'quick_check(1)') !== 'ok')
    throw damaged(path, undefined)
}

function configure(database: DatabaseSync, path: string): void {
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma busy_timeout = 3000;
    pragma foreign_keys = on;
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
      `The database ${path} refuses WAL with synchronous=FULL, without which a power cut loses answered tokens. Put it on a local disk.`,
    )
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]
}

/** `node:sqlite` in the shape that Kysely's SQLite dialect takes. `beforeStatement` is called before each. */
function kyselyDatabase(
  database: DatabaseSync,
  beforeStatement: () => void,
): ConstructorParameters<typeof SqliteDialect>[0]['database'] {
  const prepared = prepareOnce((sql) => database.prepare(sql))
  return {
    close: () => database.close(),
    prepare: (sql) => {
      beforeStatement()
      const statement = prepared(sql)
      const reader = statement.columns().length > 0
      return {
        reader,
        // Kysely hands on what our typed queries were given: strings, numbers and null.
        all: (parameters) => statement.all(...(parameters as string[])),
        run: (parameters) => statement.run(...(parameters as string[])),
        iterate: (parameters) => statement.iterate(...(parameters as string[])),
      }
    },
  }
}
