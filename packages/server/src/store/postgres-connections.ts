/**
 * The connections of one process to PostgreSQL, in two lanes: reads may use every connection, writes leave the reserve to them. So a flood of
 * logins, which hold connections while they wait for locks and for the disk, never delays token checks. All waits are bounded.
 */
import type { PostgresPool } from 'kysely'
import type { Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg'
import { answerInTime } from './answer-in-time.ts'
import { DatabaseBusy } from './database-busy.ts'
import { createHeardFrom, type HeardFrom } from './heard-from.ts'
import { createLane } from './lane.ts'
import { answerLimitMs, type PoolSettings } from './pool-settings.ts'
import { connectTo, createPool, isAnswer, isTooManyConnections, writerOn } from './postgres-pool.ts'
import { isStalePlan } from './retry-undone.ts'
import type { StatementNames } from './statement-names.ts'

/** Reads for each connection. A full queue is worked off in some hundred milliseconds: further reads are better rejected at once. */
const maxWaitingReads = 100

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
  const connect = connectWithin(pool, { size, maxWaitMs, heardFrom })
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

interface WaitLimits {
  /** Connections at most. */
  readonly size: number
  readonly maxWaitMs: number
  readonly heardFrom: HeardFrom<PoolClient>
}

/** A server without room for another connection is no outage while this pool has others: the query waits for one of these. */
function connectWithin(pool: Pool, { size, maxWaitMs, heardFrom }: WaitLimits): () => Promise<PoolClient> {
  let roomCheck: NodeJS.Timeout | undefined

  /** To the connections that there are, for a moment. The pool reads its size whenever it is asked for a connection. */
  function lowerSize(): void {
    pool.options.max = pool.totalCount
    clearTimeout(roomCheck)
    roomCheck = setTimeout(() => {
      pool.options.max = size
    }, roomCheckMs).unref()
  }

  return async () => {
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
