/**
 * No connection can be opened, for a reason that is not a state of the database: the role has another password, a certificate has expired, the
 * database has another name. The operator must act.
 */
export class DatabaseUnreachable extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : 'no connection can be opened', { cause })
    this.name = 'DatabaseUnreachable'
  }
}
