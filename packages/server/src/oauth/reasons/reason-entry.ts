/** The explanation of one reason. */
export interface ReasonEntry {
  readonly happened: string
  /** What to do about it. */
  readonly remedy: string
  /**
   * Whether `error_uri` may name this reason to the client. Only for a reason that tells an attacker nothing. Otherwise `error_uri`
   * names the error code, which many reasons share.
   */
  readonly isPublic?: true
}
