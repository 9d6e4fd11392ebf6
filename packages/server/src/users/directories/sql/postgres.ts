/** PostgreSQL through `pg`, which is loaded only here and by our own store. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import { type DatabaseSettings, maxConnections, type SqlDatabase } from './sql-database.ts'

/** Object identifiers of types whose values are read in another way than `pg` does. */
const dateType = 1082
const timestampType = 1114

export async function openPostgres({ url, isWritable, timeoutMs }: DatabaseSettings): Promise<SqlDatabase> {
  const { Pool, types } = await import('pg')
  const pool = new Pool({
    connectionString: url,
    application_name: 'countersign',
    max: maxConnections,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    // For a server that no longer answers.
    query_timeout: timeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    ...(isWritable ? {} : { options: '-c default_transaction_read_only=on' }),
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        // `pg` reads times without a zone as local ones; `timeOf` reads them as UTC.
        type === dateType || type === timestampType ? String : types.getTypeParser(type, format),
    },
  })
  // A lost connection is replaced at the next query. Without listeners, its error would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    // The pool gives up a connection whose query failed: the response to a query that was too slow could still come.
    run: async <Row>(query: RawBuilder<Row>) => {
      const [text, values] = written(query)
      try {
        return (await pool.query(text, values)).rows as Row[]
      } catch (error) {
        if (isUntranslatable(error) && !values.every(isAscii)) return []
        throw error
      }
    },
    explain: async (query) => {
      const client = await pool.connect()
      try {
        // A small table is always scanned, although it has an index.
        await client.query('begin; set local enable_seqscan = off')
        return (await client.query(...written(sql`explain (format json) ${query}`))).rows
      } finally {
        client.release(true)
      }
    },
    close: async () => {
      if (!pool.ended) await pool.end()
    },
  }
}

/** A character is none of the other encoding. Where a value of the query has it, no row does. https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isUntranslatable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '22P05'
}

function isAscii(value: unknown): boolean {
  return /^\p{ASCII}*$/u.test(String(value))
}

/** Kysely writes the statements; the pool runs them. */
const writer = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

function written(query: RawBuilder<unknown>): [text: string, values: unknown[]] {
  const { sql: text, parameters } = query.compile(writer)
  return [text, [...parameters]]
}
