/** What can be wrong with a database. */
import { problemOf } from './database-problem.ts'

export interface StoreErrorOptions extends ErrorOptions {
  /** @internal */
  readonly side?: 'source' | 'target'
}

/** The database cannot be used as it is. The message is for the operator: it names the cause and the fix. */
export class StoreError extends Error {
  readonly code:
    | 'unreachable'
    | 'standby'
    | 'unwritable'
    | 'full'
    | 'io_error'
    | 'corrupt'
    | 'foreign'
    | 'not_migrated'
    | 'newer'
    | 'unmigratable'
    | 'unsafe_settings'
    | 'demo_users'
    | 'not_empty'
    | 'not_restorable'
    | 'moved'
    | 'unmovable'
  /** In a move, which of its databases the message is about. @internal */
  readonly side: 'source' | 'target' | undefined

  constructor(code: StoreError['code'], message: string, options: StoreErrorOptions = {}) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
    this.side = options.side
  }
}

/** Whether `error` means that the database is not available now, rather than that our query is wrong. */
export function isOutage(error: unknown): boolean {
  return problemOf(error) !== undefined
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
