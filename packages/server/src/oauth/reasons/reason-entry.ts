/** What is said about one reason word. */
export interface ReasonEntry {
  /** What happened. */
  readonly happened: string
  /** What to do about it. */
  readonly remedy: string
  /**
   * Whether the client may be pointed to this very word. Only where an attacker who reads it learns nothing; without
   * it, the answer points to the error code, which many reasons share.
   */
  readonly isPublic?: true
}
