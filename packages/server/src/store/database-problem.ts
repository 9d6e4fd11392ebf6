/** What is wrong with a database that does not serve now, by the codes of its driver's errors. */
import { DatabaseSilent } from './answer-in-time.ts'
import { DatabaseBusy } from './database-busy.ts'
import { DatabaseIsOther } from './database-is-other.ts'
import { DatabaseIsStandby } from './database-is-standby.ts'
import { DatabaseUnreachable } from './database-unreachable.ts'
import { KeysUnusable } from './keys-unusable.ts'

/** A stable word, which `/readyz` shows. Each ends by itself or by what an operator does; none means that our query is wrong. */
export type DatabaseProblem =
  | 'unreachable'
  | 'no_response'
  | 'overloaded'
  | 'locked'
  | 'read_only'
  | 'forbidden'
  | 'no_tables'
  | 'other_database'
  | 'unusable_keys'
  | 'standby'
  | 'full'
  | 'io_error'
  | 'cannot_open'
  | 'damaged'
  | 'moved'
  | 'being_moved'
  | 'moved_away'

/** What each one means for the operator, and the fix. */
export const problemSentences: Readonly<Record<DatabaseProblem, string>> = {
  unreachable: 'PostgreSQL cannot be reached. Check that it runs, and DATABASE_URL.',
  no_response: 'The database does not respond in time. Check its load and the network.',
  overloaded: 'The database has no connections or memory left. End what uses them, or raise its limits.',
  locked: 'Another program has locked the database. End it, if the lock stays.',
  read_only: 'The database can only be read. Check how its disk is mounted, and what the user or role may do.',
  forbidden:
    'The role may not use tables of Countersign. Grant it the rights again, or name a role in DATABASE_URL that has them.',
  no_tables:
    'The role does not find tables of Countersign. Check its search_path, its rights to the schema, and the name of the database in DATABASE_URL.',
  other_database:
    'DATABASE_URL leads to another database than at the start, or its tables were removed and created again. Correct DATABASE_URL or what it leads to, or restore a backup. If this is the right database, restart the server.',
  unusable_keys:
    'The signing keys in the database are gone, damaged, or sealed with another SECRET_KEY: the lines of failed requests say which. Set that SECRET_KEY, or restore a backup.',
  standby: 'The database is a standby. Name the primary in DATABASE_URL, or promote this one.',
  full: 'The disk of the database is full. Nothing is damaged: free some space.',
  io_error: "The disk of the database reports errors. Check the disk, and the operating system's log.",
  cannot_open:
    'The files of the database, or connections to it, cannot be opened. Check the permissions, and the limit of open files (ulimit -n).',
  damaged: 'The database is damaged. Stop the server, and restore a backup in its place.',
  moved:
    'The database file was moved, replaced or removed while the server runs. New changes are only in the file that the server has open. Stop every program that uses the database, put the files back, and start again.',
  being_moved:
    'countersign move is copying the last changes into the other database. This takes seconds, in which the database takes no writes.',
  moved_away:
    'countersign move has moved the data into another database, and this one no longer takes writes. Stop this server, and start it with the DATABASE_URL of the other database.',
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html): BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB. */
const sqliteProblems: ReadonlyMap<number, DatabaseProblem> = new Map([
  [5, 'locked'],
  [6, 'locked'],
  [7, 'overloaded'],
  [8, 'read_only'],
  [10, 'io_error'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'cannot_open'],
  [15, 'locked'],
  [26, 'damaged'],
])

/** SQLITE_READONLY_DBMOVED, SQLITE_IOERR_CORRUPTFS. */
const extendedSqliteProblems: ReadonlyMap<number, DatabaseProblem> = new Map([
  [1032, 'moved'],
  [8458, 'damaged'],
])

/** The SQLSTATE of what a move refuses: of the class 55, object_not_in_prerequisite_state. */
export const movedAway = '55CMV'
/** What the triggers of a move say. SQLite gives no code to say more than that a trigger refuses (SQLITE_CONSTRAINT_TRIGGER). */
export const movedMessage = 'the data was moved'

/** PostgreSQL's SQLSTATE, the longest beginning first (PostgreSQL's appendix A). */
const postgresProblems: readonly (readonly [string, DatabaseProblem])[] = [
  [movedAway, 'moved_away'],
  ['25006', 'read_only'],
  ['25P03', 'no_response'],
  ['25P04', 'no_response'],
  ['3F000', 'no_tables'],
  ['42501', 'forbidden'],
  ['42P01', 'no_tables'],
  ['53100', 'full'],
  ['55P03', 'locked'],
  ['57014', 'no_response'],
  ['XX001', 'damaged'],
  ['XX002', 'damaged'],
  ['08', 'unreachable'],
  ['40', 'locked'],
  ['53', 'overloaded'],
  ['55', 'unreachable'],
  ['57', 'unreachable'],
  ['58', 'io_error'],
]

/** Of a connection that is open. */
const networkErrors = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

/** What fails when a connection cannot be opened, whatever the reason: no route, no answer of a name server, no port left. */
const openingCalls: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo'])

/** The process, or the machine, has no file descriptor left. */
const descriptorErrors = new Set(['EMFILE', 'ENFILE'])

/** The problem behind an error of a driver; `undefined` when it is none of the database. */
export function problemOf(error: unknown): DatabaseProblem | undefined {
  if (error instanceof AggregateError) return error.errors.map(problemOf).find((problem) => problem !== undefined)
  if (!(error instanceof Error)) return undefined
  if (error instanceof DatabaseBusy) return 'overloaded'
  if (error instanceof DatabaseIsStandby) return 'standby'
  if (error instanceof DatabaseIsOther) return 'other_database'
  if (error instanceof KeysUnusable) return 'unusable_keys'
  if (error instanceof DatabaseSilent) return 'no_response'
  if (error instanceof DatabaseUnreachable) return 'unreachable'
  if ('errcode' in error && typeof error.errcode === 'number') {
    if (error.errcode === 1811 && error.message.includes(movedMessage)) return 'moved_away'
    return extendedSqliteProblems.get(error.errcode) ?? sqliteProblems.get(error.errcode & 0xff)
  }
  // node-postgres gives these no code.
  if (/timeout exceeded when trying to connect|^timeout expired$/.test(error.message)) return 'no_response'
  if (/Connection terminated|not queryable/.test(error.message)) return 'unreachable'
  if (!('code' in error) || typeof error.code !== 'string') return undefined
  const { code } = error
  if (descriptorErrors.has(code)) return 'cannot_open'
  if (networkErrors.has(code) || ('syscall' in error && openingCalls.has(error.syscall))) return 'unreachable'
  return 'severity' in error ? postgresProblems.find(([beginning]) => code.startsWith(beginning))?.[1] : undefined
}
