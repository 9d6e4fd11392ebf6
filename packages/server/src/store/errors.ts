/** What can be wrong with a database. */

/** The database cannot be used as it is. The message is for the operator: it names the cause and the fix. */
export class StoreError extends Error {
  readonly code:
    | 'unreachable'
    | 'unwritable'
    | 'corrupt'
    | 'foreign'
    | 'not_migrated'
    | 'newer'
    | 'unmigratable'
    | 'unsafe_settings'
    | 'demo_users'

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

/**
 * SQLite primary result codes of failures that end by themselves or that an operator can end: BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT,
 * FULL, CANTOPEN, PROTOCOL, NOTADB.
 */
const sqliteOutages = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26])

/** PostgreSQL SQLSTATE classes: connection, transaction rollback, resources, lock and statement time-outs, operator intervention, I/O. */
const postgresOutages = /^(08|40|53|55|57|58|25006)/

const networkOutages = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])

/** Whether `error` means that the database is not available now, rather than that our query is wrong. */
export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage)
  if (!(error instanceof Error)) return false
  if ('errcode' in error && typeof error.errcode === 'number') return sqliteOutages.has(error.errcode & 0xff)
  // node-postgres gives these no code.
  if (
    /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/.test(error.message)
  )
    return true
  if (!('code' in error) || typeof error.code !== 'string') return false
  return networkOutages.has(error.code) || ('severity' in error && postgresOutages.test(error.code))
}

/** Whether `error` means that another process has SQLite's lock (SQLITE_BUSY). It ends by itself. */
export function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
  )
}

/** Whether `error` means that a row violates a unique constraint. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE; PostgreSQL unique_violation.
  if ('errcode' in error) return error.errcode === 1555 || error.errcode === 2067
  return 'code' in error && error.code === '23505'
}
