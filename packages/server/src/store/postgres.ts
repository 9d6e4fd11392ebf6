/** PostgreSQL through `pg`: a bounded pool, and the settings of its sessions. */
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { Pool, type PoolConfig, types } from 'pg'
import { type Connection, connectionTo } from './connection.ts'
import { problemOf } from './database-problem.ts'
import { StoreError } from './errors.ts'
import { namedRead } from './named-read.ts'
import type { Schema } from './schema.ts'

/** Object identifier of PostgreSQL's `int8`, which `pg` returns as text. Ours are times and counts, far below 2^53. */
const int8 = 20

/** Milliseconds. Migrations have none of these limits: one of many rows may take long, and may wait for the locks of requests. */
const requestLimits = {
  statement_timeout: 3000,
  // The server enforces its own limits; this one is for a server that no longer answers.
  query_timeout: 4000,
  lock_timeout: 1000,
  idle_in_transaction_session_timeout: 5000,
}

/** Connects to `url` (`postgres://user:password@host/database`). @throws StoreError when it cannot be reached */
export async function openPostgres(url: string): Promise<Connection> {
  const pool = createPool(url, { max: 10, ...requestLimits })
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw new StoreError('unreachable', `PostgreSQL cannot be reached: ${plainReason(error)} Check DATABASE_URL.`, {
      cause: error,
    })
  }
  const db = databaseOn(pool)
  // On a connection of its own: a full pool is no reason to send this process no more requests.
  const probes = createPool(url, { max: 1, ...requestLimits })
  return connectionTo({
    kind: 'postgres',
    db,
    prepareRead: (name, text) => namedRead(async (query) => (await pool.query(query)).rows, name, text),
    transact: (work) => db.transaction().execute(work),
    probe: async (queries) => {
      try {
        await writeOn(probes, queries)
        return undefined
      } catch (error) {
        if (problemOf(error) !== 'read_only') throw error
        const { rows } = await probes.query('select pg_is_in_recovery() as "isStandby"')
        return rows[0]?.isStandby ? 'standby' : 'read_only'
      }
    },
    migrate: async (work) => {
      const unlimited = databaseOn(createPool(url, { max: 2 }))
      try {
        return await work(unlimited)
      } finally {
        await unlimited.destroy()
      }
    },
    close: async () => {
      await Promise.all([db.destroy(), probes.ended ? undefined : probes.end()])
      if (!pool.ended) await pool.end()
    },
  })
}

/** In one transaction. A connection that failed is not used again: the network may have lost it without a word. */
async function writeOn(pool: Pool, queries: readonly CompiledQuery[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const { sql, parameters } of queries) await client.query(sql, [...parameters])
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

function createPool(url: string, options: PoolConfig): Pool {
  const pool = new Pool({
    ...options,
    connectionString: url,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    application_name: 'countersign',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 ? Number : types.getTypeParser(oid, format),
    },
  })
  // A lost connection is replaced at the next query. Without listeners, an error of a connection, idle or in use, would end the
  // process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

function databaseOn(pool: Pool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

/** Why the connection failed, without the URL's password. */
function plainReason(error: unknown): string {
  if (error instanceof AggregateError) return plainReason(error.errors[0])
  if (error instanceof Error && 'code' in error) return `${String(error.code)}: ${error.message}.`
  return error instanceof Error ? `${error.message}.` : 'unknown error.'
}
