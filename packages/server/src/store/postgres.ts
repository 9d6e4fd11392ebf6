/** PostgreSQL through `pg`: directly, or through a pooler that gives each transaction another connection. */
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely'
import { Client, type ClientBase, type ClientConfig } from 'pg'
import { type Random, systemRandom } from '../environment.ts'
import { answerInTime } from './answer-in-time.ts'
import { type Connection, connectionTo, type Transact } from './connection.ts'
import { connectionLimit } from './connection-limit.ts'
import { problemSentences } from './database-problem.ts'
import { endConnection } from './end-connection.ts'
import { StoreError } from './errors.ts'
import { openPatientPool } from './patient-pool.ts'
import { answerLimitMs, defaultPool, type PoolSettings } from './pool-settings.ts'
import { openConnections } from './postgres-pool.ts'
import { createPostgresProbe } from './postgres-probe.ts'
import { retryUndone } from './retry-undone.ts'
import { createRequireSame } from './same-database.ts'
import type { Schema } from './schema.ts'
import { createStatementNames } from './statement-names.ts'

/** Milliseconds that a transaction may do nothing. */
const idleInTransactionMs = 5000

/** Connects to `url` (`postgres://user:password@host/database`). @throws StoreError when it cannot be reached */
export async function openPostgres(
  url: string,
  settings: PoolSettings = defaultPool,
  random: Random = systemRandom,
): Promise<Connection> {
  const limits = requestLimits(settings)
  const connectionTimeoutMillis = settings.waitTimeout * 1000
  const isPooled = await leadsToPooler(url, connectionTimeoutMillis)
  // A pooler refuses them.
  const parameters = isPooled ? {} : limits
  const names = createStatementNames()
  const limitMs = answerLimitMs(settings)
  const requireSame = createRequireSame()
  const onConnect = (client: ClientBase) => answerInTime(limitMs, () => requireSame(client))
  const { read, writers, connect, poolLoad } = openConnections(url, {
    settings,
    parameters: { ...parameters, onConnect },
    names,
  })
  const probe = createPostgresProbe(url, { ...parameters, connectionTimeoutMillis, limitMs, requireSame }, connect)
  const db = databaseOn(writers)
  const retry = <Result>(run: () => Promise<Result>) => retryUndone(run, random)
  const transact: Transact = (work) =>
    retry(() =>
      db.transaction().execute(async (inside) => {
        if (isPooled) await limitTransaction(inside, limits)
        return await work(inside)
      }),
    )
  return connectionTo({
    kind: 'postgres',
    db,
    // A pooler gives each statement another session: there, no name lasts.
    onCompiled: (name, text) => {
      if (!isPooled) names.add(name, text)
    },
    prepareRead: (text) => (values) => retry(() => read(text, values)),
    transact,
    // The limits on time are those of a session, or of a transaction.
    runOne: isPooled ? transact : (work) => retry(() => work(db)),
    probe: async (queries) => {
      await probe.write(queries)
      return undefined
    },
    poolLoad,
    migrate: async (work) => {
      const unlimited = databaseOn(openPatientPool(url, { connectionTimeoutMillis, isPooled }))
      try {
        return await work(unlimited)
      } finally {
        await unlimited.destroy()
      }
    },
    connectionLimit: async () => (isPooled ? undefined : await connectionLimit(db)),
    close: async () => {
      await Promise.all([db.destroy(), probe.close()])
      // Kysely ends only what it has used.
      await writers.end()
    },
  })
}

/** In milliseconds. Migrations have none of these limits: one of many rows may take long, and may wait for the locks of requests. */
function requestLimits({ statementTimeout, lockTimeout }: PoolSettings) {
  return {
    statement_timeout: statementTimeout * 1000,
    lock_timeout: lockTimeout * 1000,
    idle_in_transaction_session_timeout: idleInTransactionMs,
  }
}

/** For this transaction alone: the session belongs to somebody else after it. */
async function limitTransaction(inside: Kysely<Schema>, limits: Readonly<Record<string, number>>): Promise<void> {
  const settings = Object.entries(limits).map(([name, value]) => sql`set_config(${name}, ${String(value)}, true)`)
  await sql`select ${sql.join(settings)}`.execute(inside)
}

/**
 * Whether there is a pooler such as pgbouncer at `url`. The first connection to the database.
 * @throws StoreError when the database cannot be reached, or is a standby
 */
async function leadsToPooler(url: string, connectionTimeoutMillis: number): Promise<boolean> {
  const { isPooler, isStandby } = await lookAt(url, connectionTimeoutMillis)
  if (isStandby) throw new StoreError('standby', problemSentences.standby)
  return isPooler
}

interface Server {
  /** It gives its own process id for that of the server. */
  readonly isPooler: boolean
  readonly isStandby: boolean
}

/** Without any parameter that a pooler refuses. @throws StoreError when the database cannot be reached */
async function lookAt(url: string, connectionTimeoutMillis: number): Promise<Server> {
  const limits = { connectionTimeoutMillis, query_timeout: connectionTimeoutMillis }
  const client = clientOf({ connectionString: url, ...limits, application_name: 'countersign' })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    // Not awaited: a connection that was never begun, such as to PGPORT=abc, never ends.
    void client.end()
    throw unreachable(error)
  }
  try {
    const { rows } = await client.query('select pg_backend_pid() as id, pg_is_in_recovery() as "isStandby"')
    // Not in the types of `pg`.
    const isPooler = !('processID' in client && client.processID === rows[0]?.id)
    return { isPooler, isStandby: rows[0]?.isStandby === true }
  } catch (error) {
    throw unreachable(error)
  } finally {
    await endConnection(client)
  }
}

/** The driver reads the URL, and the files of certificates that it names. @throws StoreError */
function clientOf(config: ClientConfig): Client {
  try {
    return new Client(config)
  } catch (error) {
    throw unreachable(error)
  }
}

function unreachable(cause: unknown): StoreError {
  // A port in the URL has been checked: a bad one is that of the environment, which the driver reads where the URL has none.
  const isBadPort = cause instanceof Error && 'code' in cause && cause.code === 'ERR_SOCKET_BAD_PORT'
  const setting = isBadPort ? 'the variable PGPORT' : 'DATABASE_URL'
  return new StoreError('unreachable', `PostgreSQL cannot be reached: ${plainReason(cause)} Check ${setting}.`, {
    cause,
  })
}

function databaseOn(pool: PostgresPool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

/** Why the connection failed, without the URL's password. */
function plainReason(error: unknown): string {
  if (error instanceof AggregateError) return plainReason(error.errors[0])
  if (!(error instanceof Error)) return 'unknown error.'
  const message = error.message.replace(/\.?$/, '.')
  return 'code' in error ? `${String(error.code)}: ${message}` : message
}
