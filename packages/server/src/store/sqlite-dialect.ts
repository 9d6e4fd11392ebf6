/**
 * Kysely's SQLite dialect over `node:sqlite`. Its calls are synchronous: to wait inside SQLite for another process's lock would
 * block every request. A busy database is tried again later instead.
 */
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { isBusy } from './errors.ts'
import { prepareOnce } from './prepare-once.ts'

/** A database that is busy for longer is an outage. */
const busyDeadlineMs = 3000
/** Between attempts. The first are short, since most locks are. */
const retryDelaysMs = [1, 2, 5, 10, 20]
const maxDelayMs = 50

/** Calls work, and passes on what it returns or throws. */
export type Notice = <Result>(work: () => Result) => Result

/** Takes over `database`. `beforeWrite` is called before each statement, which runs in `notice`. */
export function sqliteDialect(
  database: DatabaseSync,
  beforeWrite: () => void,
  notice: Notice = (work) => work(),
): Dialect {
  return {
    createAdapter: sqliteAdapter,
    createDriver: () => sqliteDriver(database, beforeWrite, notice),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** SQLite can undo a change of the schema, though Kysely says it cannot: an interrupted migration then leaves nothing behind. */
function sqliteAdapter(): SqliteAdapter {
  return Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true })
}

function sqliteDriver(database: DatabaseSync, beforeWrite: () => void, notice: Notice): Driver {
  const prepared = prepareOnce((sql) => {
    const statement = database.prepare(sql)
    return { statement, returnsRows: statement.columns().length > 0 }
  })

  function execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    beforeWrite()
    const { statement, returnsRows } = prepared(sql)
    // Our statements have strings, numbers and null as values, and the type of their rows.
    const values = parameters as string[]
    if (returnsRows) return { rows: statement.all(...values) as Row[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
  }

  const outage = noOutage()
  const connection: DatabaseConnection = {
    executeQuery: (query) => patiently(outage, () => notice(() => execute(query))),
    streamQuery: () => {
      throw new Error('none of our queries streams')
    },
  }
  const run = async (sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    // Takes the lock at the beginning: a transaction that has read cannot wait for one later.
    beginTransaction: async () => {
      // A rollback that failed, as it may on a bad disk, must not block every later transaction.
      if (database.isTransaction) await run('rollback')
      await run('begin immediate')
    },
    commitTransaction: () => run('commit'),
    rollbackTransaction: async () => {
      // After some failures, such as a full disk, SQLite has rolled back already.
      if (database.isTransaction) await run('rollback')
    },
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

/** When calls that share it began to fail, and when the last one failed; `performance.now()`. */
export interface Outage {
  since: number
  last: number
}

export function noOutage(): Outage {
  return { since: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY }
}

/** Calls that queue behind one that failed do not each wait as long again. */
export async function patiently<Result>(outage: Outage, attempt: () => Result): Promise<Result> {
  const begun = performance.now()
  for (let tries = 0; ; tries++) {
    try {
      const result = attempt()
      outage.since = Number.POSITIVE_INFINITY
      return result
    } catch (error) {
      if (!isBusy(error)) throw error
      const now = performance.now()
      // Nothing was tried for so long that this is another outage.
      if (now - outage.last > 10 * maxDelayMs) outage.since = begun
      outage.since = Math.min(outage.since, begun)
      outage.last = now
      if (now - outage.since > busyDeadlineMs) throw error
      await sleep(retryDelaysMs[tries] ?? maxDelayMs)
    }
  }
}
