/** MySQL and MariaDB through `mysql2`. */
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, type RawBuilder, sql } from 'kysely'
import type { Pool, PoolConnection, PoolOptions } from 'mysql2'
import { loadPackage } from '../../../config/load-package.ts'
import { type DatabaseSettings, maxConnections, type Run, type SqlDatabase } from './sql-database.ts'

/** The modes of MySQL's own clients, and what they check. */
const tlsModes: Readonly<Record<string, PoolOptions['ssl']>> = {
  disabled: undefined,
  required: { rejectUnauthorized: false },
  verify_ca: { rejectUnauthorized: true, verifyIdentity: false },
  verify_identity: { rejectUnauthorized: true, verifyIdentity: true },
}

/** Why the URL cannot be used, as what follows the option's name; `undefined` when it can. */
export function mysqlUrlProblem(url: string): string | undefined {
  const form =
    'must be mysql://user:password@host:port/database, with @, /, ?, # and % in the password written as %40, %2F, %3F, %23 and %25'
  // `URL` drops tabs and line ends wherever they are, in a password too.
  if (!URL.canParse(url) || /@.*@|[#\p{Cc}]/su.test(url.trim())) return form
  const { hostname, pathname, searchParams, username, password } = new URL(url)
  if (hostname === '' || pathname.length < 2 || [username, password, pathname].some((part) => !isDecodable(part))) {
    return form
  }
  const unknown = [...searchParams.keys()].find((name) => name !== 'ssl-mode' && name !== 'socket')
  if (unknown !== undefined) return 'has a parameter after ? that is not ssl-mode or socket'
  return Object.hasOwn(tlsModes, modeOf(searchParams))
    ? undefined
    : `has an ssl-mode that is none of ${Object.keys(tlsModes).join(', ')}`
}

export async function openMysql({ url, isWritable, timeoutMs }: DatabaseSettings): Promise<SqlDatabase> {
  const { createPool } = (await loadPackage('mysql2', () => import('mysql2'))).default
  const pool = createPool({ ...addressOf(url), connectTimeout: timeoutMs, connectionLimit: maxConnections, ...reading })
  if (!isWritable) pool.on('connection', forbidWrites)
  const run = runOnPool(pool, timeoutMs)
  return {
    run,
    explain: (query) => run(sql`explain ${query}`),
    close: () => new Promise((resolve) => pool.end(() => resolve())),
  }
}

/** Times without a zone are UTC. Days stay text, and large numbers exact. */
const reading: PoolOptions = {
  timezone: 'Z',
  dateStrings: ['DATE'],
  supportBigNumbers: true,
  enableKeepAlive: true,
}

function addressOf(url: string): PoolOptions {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const socket = searchParams.get('socket')
  const ssl = tlsModes[modeOf(searchParams)]
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(socket === null ? {} : { socketPath: socket }),
    ...(ssl === undefined ? {} : { ssl }),
  }
}

function modeOf(parameters: URLSearchParams): string {
  return (parameters.get('ssl-mode') ?? 'disabled').toLowerCase()
}

function isDecodable(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text)
}

/** The first statement of a new connection. Where it fails, the connection is of no use. */
function forbidWrites(connection: PoolConnection): void {
  connection.query('set session transaction read only', (error) => {
    if (error) connection.destroy()
  })
}

/** Kysely writes the statements; the pool runs them. */
const writer = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  },
})

/**
 * Values go to the server apart from the statement: escaped inside of it, they could end a text where the server has the mode
 * NO_BACKSLASH_ESCAPES.
 */
function runOnPool(pool: Pool, timeoutMs: number): Run {
  return async <Row>(query: RawBuilder<Row>) => {
    const { sql, parameters } = query.compile(writer)
    const connection = await pool.promise().getConnection()
    try {
      // Our values are text, numbers and null.
      const values = parameters as string[]
      const [rows] = await connection.execute({ sql, values, timeout: timeoutMs })
      return Array.isArray(rows) ? (rows as Row[]) : []
    } catch (error) {
      // The server may still answer, and a later query would get it.
      if (error instanceof Error && 'code' in error && error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy()
      throw error
    } finally {
      connection.release()
    }
  }
}
