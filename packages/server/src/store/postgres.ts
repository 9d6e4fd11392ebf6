/** PostgreSQL through `pg`: directly, or through a pooler that gives each transaction another connection. */
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely'
import type { ClientBase } from 'pg'
import { type Random, systemRandom } from '../environment.ts'
import { answerInTime } from './answer-in-time.ts'
import { type Connection, connectionTo, type Migrate, type Transact } from './connection.ts'
import { connectionLimit } from './connection-limit.ts'
import { leadsToPooler } from './detect-pooler.ts'
import { openPatientPool, type PatientPoolOptions } from './patient-pool.ts'
import { answerLimitMs, defaultPool, type PoolSettings } from './pool-settings.ts'
import { openConnections } from './postgres-connections.ts'
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
    migrate: migrateAt(url, { connectionTimeoutMillis, isPooled }),
    connectionLimit: async () => (isPooled ? undefined : await connectionLimit(db)),
    close: async () => {
      await Promise.all([db.destroy(), probe.close()])
      // Kysely ends only what it has used.
      await writers.end()
    },
  })
}

/** On connections of their own, without time limits: a migration of many rows may take long, and may wait for the locks of requests. */
function migrateAt(url: string, options: PatientPoolOptions): Migrate {
  return async (work) => {
    const unlimited = databaseOn(openPatientPool(url, options))
    try {
      return await work(unlimited)
    } finally {
      await unlimited.destroy()
    }
  }
}

/** In milliseconds. */
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

function databaseOn(pool: PostgresPool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
