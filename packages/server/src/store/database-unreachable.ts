/**
 * No connection can be opened, by what no state of the database explains: the role has another password, a certificate has expired, the database
 * has another name. The operator ends it.
 */
export class DatabaseUnreachable extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : 'no connection can be opened', { cause })
    this.name = 'DatabaseUnreachable'
  }
}
