/**
 * What one operation and one row cost, measured. `test/capacity/` counts commits, rows and bytes again in each run of the tests, and `npm run bench
 * -- capacity` measures the processor times again: here the least of four runs, 2026-11-30, on two cores of an AMD EPYC with 5 to 20 other processes
 * waiting for them. What changes rows on PostgreSQL has become cheaper since: its figures are those times what it takes of the former processor time,
 * measured 2026-12-01 beside the former version, on a machine that was 2.5 times as slow.
 */
import type { Operation } from './rates.ts'
import type { Table } from './rows.ts'

export interface Cost {
  /** Passwords that are hashed. */
  readonly hashes: number
  /** Transactions that change something: each is on the disk before the response. Counted: SQLite's change counter, PostgreSQL's transaction ids. */
  readonly commits: number
  /** Bytes of PostgreSQL's write-ahead log, without images of pages. Counted with `full_page_writes` off. */
  readonly logBytes: number
  /**
   * The same when every page that is written is written for the first time since the last checkpoint, and so as a whole: in a database that
   * is much larger than what is changed between two checkpoints. Counted right after a checkpoint.
   */
  readonly logBytesWithPages: number
  /** Microseconds of processor time of the server, without the hash, on SQLite. */
  readonly sqlite: number
  /** The same on PostgreSQL. */
  readonly postgres: number
  /** Microseconds of processor time of PostgreSQL. */
  readonly database: number
}

export const costs: Readonly<Record<Operation, Cost>> = {
  login: cost({ hashes: 1, commits: 6, log: [4900, 150_000], sqlite: 4700, postgres: 6700, database: 5900 }),
  signOn: cost({ commits: 3, log: [3300, 130_000], sqlite: 1050, postgres: 2400, database: 2030 }),
  passwordLogin: cost({ hashes: 1, commits: 3, log: [2000, 76_000], sqlite: 1550, postgres: 1930, database: 1410 }),
  wrongPassword: cost({ hashes: 1, commits: 2, log: [2000, 9_000], sqlite: 1150, postgres: 1270, database: 720 }),
  refresh: cost({ commits: 1, log: [950, 50_000], sqlite: 740, postgres: 815, database: 530 }),
  revoke: cost({ commits: 1, log: [660, 52_000], sqlite: 530, postgres: 410, database: 480 }),
  logout: cost({ commits: 1, log: [800, 55_000], sqlite: 770, postgres: 1410, database: 1070 }),
  serviceToken: cost({ sqlite: 174, postgres: 280, database: 120 }),
  introspection: cost({ sqlite: 108, postgres: 345, database: 215 }),
  // On PostgreSQL with 64 connections: one read is for many of them.
  usersMe: cost({ sqlite: 39, postgres: 50, database: 15 }),
  feed: cost({ sqlite: 20, postgres: 24, database: 0 }),
}

/** Microseconds of processor time for one password: argon2id with 19 MiB, two passes, as the server makes them. */
export const hashMicroseconds = 11_000

export interface RowBytes {
  readonly sqlite: number
  readonly postgres: number
}

/** Bytes of one row with its part of the indexes. */
export const rowBytes: Readonly<Record<Table, RowBytes>> = {
  subjects: { sqlite: 105, postgres: 205 },
  profiles: { sqlite: 330, postgres: 435 },
  credentials: { sqlite: 165, postgres: 260 },
  consents: { sqlite: 135, postgres: 215 },
  sessions: { sqlite: 350, postgres: 520 },
  grants: { sqlite: 310, postgres: 530 },
  'sessionless grants': { sqlite: 225, postgres: 400 },
  authorization_codes: { sqlite: 500, postgres: 690 },
  'unused refresh_tokens': { sqlite: 241, postgres: 368 },
  'used refresh_tokens': { sqlite: 475, postgres: 550 },
  traces: { sqlite: 1638, postgres: 2594 },
}

interface Measured {
  readonly hashes?: number
  readonly commits?: number
  /** Without and with images of pages. */
  readonly log?: readonly [number, number]
  readonly sqlite: number
  readonly postgres: number
  readonly database: number
}

function cost({ hashes = 0, commits = 0, log: [logBytes, logBytesWithPages] = [0, 0], ...times }: Measured): Cost {
  return { hashes, commits, logBytes, logBytesWithPages, ...times }
}

/** How many times larger a table is whose rows come and go than one that was only filled. PostgreSQL is vacuumed before a fifth of the rows are dead. */
export const spare: RowBytes = { sqlite: 1.1, postgres: 1.2 }
