/**
 * The connections to PostgreSQL, in two lanes: reads may use every connection, what writes leaves the reserve to them. So a flood of logins,
 * which hold connections while they wait for locks and for the disk, never delays the checks of tokens. All waits are bounded.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import {
  type ClientBase,
  DatabaseError,
  Pool,
  type PoolClient,
  type PoolConfig,
  type QueryConfig,
  type QueryResult,
} from 'pg'
import { answerInTime } from './answer-in-time.ts'
import { DatabaseBusy } from './database-busy.ts'
import { DatabaseIsStandby } from './database-is-standby.ts'
import { problemOf } from './database-problem.ts'
import { DatabaseUnreachable } from './database-unreachable.ts'
import { createHeardFrom, type HeardFrom } from './heard-from.ts'
import { createLane } from './lane.ts'
import { answerLimitMs, keptAlive, type PoolSettings } from './pool-settings.ts'
import { int8As } from './postgres-types.ts'
import { isOtherSession, isStalePlan } from './retry-undone.ts'
import type { StatementNames } from './statement-names.ts'

/** Reads for each connection. Full queues are worked off in some hundred milliseconds: what comes then is better refused at once. */
const maxWaitingReads = 100

/** PostgreSQL's too_many_connections. */
const tooManyConnections = '53300'

/** Milliseconds after which a server that had no room for another connection is asked again. */
const roomCheckMs = 1000

export interface Connections {
  /** Runs one read, on any connection. @throws DatabaseBusy when too many wait */
  readonly read: (text: string, values: readonly unknown[]) => Promise<object[]>
  /** For all that may write. `connect` throws `DatabaseBusy` when too many wait. */
  readonly writers: PostgresPool
  /** Any connection, outside of the lanes: for what must not wait behind a flood of writes. */
  readonly connect: () => Promise<PoolClient>
  readonly poolLoad: () => PoolLoad
}

/** What the pool does at this moment. */
export interface PoolLoad {
  readonly connections: { readonly busy: number; readonly idle: number }
  /** How many wait for a connection. */
  readonly waiting: { readonly read: number; readonly write: number }
}

export interface ConnectionsOptions {
  readonly settings: PoolSettings
  /** Of the sessions. */
  readonly parameters: PoolConfig
  readonly names: StatementNames
}

export function openConnections(url: string, { settings, parameters, names }: ConnectionsOptions): Connections {
  const { size, reserve, maxWaitingWriters } = settings
  const maxWaitMs = settings.waitTimeout * 1000
  const pool = createPool(url, { ...parameters, max: size, connectionTimeoutMillis: maxWaitMs })
  const places = () => Math.max(1, pool.options.max - reserve)
  const writing = createLane({ places, maxWaiting: maxWaitingWriters, maxWaitMs })
  const heardFrom = createHeardFrom<PoolClient>()
  const asking: Asking = { heardFrom, names, limitMs: answerLimitMs(settings) }
  let roomCheck: NodeJS.Timeout | undefined

  /** A server without room for another connection is no outage while this pool has others: the query waits for one of these. */
  async function connect(): Promise<PoolClient> {
    const deadline = performance.now() + maxWaitMs
    for (;;) {
      try {
        const client = await connectTo(pool)
        if (!heardFrom.isInDoubt(client)) return client
        client.release(true)
      } catch (error) {
        if (!isTooManyConnections(error) || pool.totalCount === 0 || performance.now() > deadline) throw error
        lowerSize()
      }
    }
  }

  /** To the connections that there are, for a moment. The pool reads its size whenever it is asked for a connection. */
  function lowerSize(): void {
    pool.options.max = pool.totalCount
    clearTimeout(roomCheck)
    roomCheck = setTimeout(() => {
      pool.options.max = size
    }, roomCheckMs).unref()
  }

  return {
    connect,
    read: async (text, values) => {
      if (pool.waitingCount >= maxWaitingReads * size) throw new DatabaseBusy()
      const client = await connect()
      try {
        const { rows } = await askOf(client, asking, names.named(text, values))
        client.release()
        return rows
      } catch (error) {
        // It may be lost.
        client.release(true)
        throw error
      }
    },
    writers: {
      options: pool.options,
      connect: async () => {
        await writing.enter()
        try {
          const client = await connect()
          return writerOn(client, (text, values) => askOf(client, asking, names.named(text, values)), writing.leave)
        } catch (error) {
          writing.leave()
          throw error
        }
      },
      end: async () => {
        if (!pool.ending) await pool.end()
      },
    },
    poolLoad: () => ({
      connections: { busy: pool.totalCount - pool.idleCount, idle: pool.idleCount },
      waiting: { read: pool.waitingCount, write: writing.waiting() },
    }),
  }
}

/**
 * A connection for one transaction or one write. After a query without a response it is not used again, and the pool does not get it back: the
 * network may have lost it without an error. Neither is one that leads to another session than before.
 */
export function writerOn(
  client: PoolClient,
  ask: (text: string, values: readonly unknown[]) => Promise<QueryResult>,
  leave: () => void = () => {},
): PostgresPoolClient {
  let failure: { readonly error: unknown } | undefined
  async function query(text: string, values: readonly unknown[] = []): Promise<QueryResult> {
    if (failure) throw failure.error
    try {
      return await ask(text, values)
    } catch (error) {
      if (!isAnswer(error)) failure = { error }
      throw error
    }
  }
  return {
    // Kysely also passes cursors, but only to read row by row, which no statement of ours does.
    query: query as unknown as PostgresPoolClient['query'],
    release: (isLost) => {
      client.release(failure !== undefined || isLost)
      leave()
    },
  }
}

interface Asking {
  readonly heardFrom: HeardFrom<PoolClient>
  readonly names: StatementNames
  /** Milliseconds that an answer may take. */
  readonly limitMs: number
}

async function askOf(
  client: PoolClient,
  { heardFrom, names, limitMs }: Asking,
  query: QueryConfig,
): Promise<QueryResult> {
  const since = performance.now()
  try {
    const result = await answerInTime(limitMs, () => client.query(query))
    heardFrom.answered(client)
    return result
  } catch (error) {
    if (isAnswer(error)) heardFrom.answered(client)
    else heardFrom.unanswered(since)
    if (isStalePlan(error)) names.rename(query)
    throw error
  }
}

/** Whether it is an answer of the session that was asked, which can go on. */
function isAnswer(error: unknown): boolean {
  return error instanceof DatabaseError && !isOtherSession(error)
}

/** A connection must be opened, and answer, within `connectionTimeoutMillis`. */
export function createPool(url: string, options: PoolConfig & { readonly connectionTimeoutMillis: number }): Pool {
  const pool = new Pool({
    ...options,
    connectionString: url,
    ...keptAlive,
    application_name: 'countersign',
    // Not `verify`: pg-pool loses a connection whose query gives up while it is verified.
    onConnect: async (client: ClientBase) => {
      await requirePrimary(client, options.connectionTimeoutMillis)
      await options.onConnect?.(client)
    },
    types: int8As(Number),
  })
  // A lost connection is replaced at the next query. Without listeners, an error of a connection, idle or in use, would end the
  // process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** A connection of the pool. @throws DatabaseUnreachable for a reason that says nothing about a query, and the errors that say what state the database is in */
export async function connectTo(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw problemOf(error) === undefined ? new DatabaseUnreachable(error) : error
  }
}

/**
 * A standby has what was true some time ago: a token that was revoked since would pass. PostgreSQL becomes one only by a restart, which ends all
 * connections, so that each new connection is asked, and no other.
 */
async function requirePrimary(client: ClientBase, limitMs: number): Promise<void> {
  const { rows } = await answerInTime(limitMs, () => client.query('select pg_is_in_recovery() as "isStandby"'))
  if (rows[0]?.isStandby) throw new DatabaseIsStandby()
}

/** Whether the server has no room for another connection. */
export function isTooManyConnections(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === tooManyConnections
}
