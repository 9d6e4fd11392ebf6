/** A pool of connections to PostgreSQL, and a connection of it for one transaction or one write. */
import type { PostgresPoolClient } from 'kysely'
import { type ClientBase, DatabaseError, Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg'
import { answerInTime } from './answer-in-time.ts'
import { DatabaseIsStandby } from './database-is-standby.ts'
import { problemOf } from './database-problem.ts'
import { DatabaseUnreachable } from './database-unreachable.ts'
import { keptAlive } from './pool-settings.ts'
import { int8As } from './postgres-types.ts'
import { isOtherSession } from './retry-undone.ts'

/** PostgreSQL's too_many_connections. */
const tooManyConnections = '53300'

/**
 * A connection for one transaction or one write. After a query without a response it is closed, not returned to the pool: the network may have
 * lost it without an error. So is one behind which a pooler has put another session.
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

/** Whether it is an answer of the session that was asked, which can go on. */
export function isAnswer(error: unknown): boolean {
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
  // A lost connection is replaced at the next query. Without listeners, an error of any connection would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * A connection of the pool.
 * @throws DatabaseUnreachable when none can be opened for a reason that has nothing to do with the database's state, else the database's error
 */
export async function connectTo(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw problemOf(error) === undefined ? new DatabaseUnreachable(error) : error
  }
}

/**
 * A standby is behind: a token that was revoked a moment ago would be accepted. PostgreSQL becomes a standby only by a restart, which ends all
 * connections, so only new connections are checked.
 */
async function requirePrimary(client: ClientBase, limitMs: number): Promise<void> {
  const { rows } = await answerInTime(limitMs, () => client.query('select pg_is_in_recovery() as "isStandby"'))
  if (rows[0]?.isStandby) throw new DatabaseIsStandby()
}

/** Whether the server has no room for another connection. */
export function isTooManyConnections(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === tooManyConnections
}
