/** What responds at a PostgreSQL URL: a server, or a pooler such as pgbouncer before it. */
import { Client, type ClientConfig } from 'pg'
import { problemSentences } from './database-problem.ts'
import { endConnection } from './end-connection.ts'
import { StoreError } from './errors.ts'

/**
 * Whether there is a pooler such as pgbouncer at `url`. The first connection to the database.
 * @throws StoreError when the database cannot be reached, or is a standby
 */
export async function leadsToPooler(url: string, connectionTimeoutMillis: number): Promise<boolean> {
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

/** Why the connection failed, without the URL's password. */
function plainReason(error: unknown): string {
  if (error instanceof AggregateError) return plainReason(error.errors[0])
  if (!(error instanceof Error)) return 'unknown error.'
  const message = error.message.replace(/\.?$/, '.')
  return 'code' in error ? `${String(error.code)}: ${message}` : message
}
