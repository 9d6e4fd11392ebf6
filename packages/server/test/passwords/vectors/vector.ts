/** A password and its hash, as another software made it. */
export interface Vector {
  /** The name of the scheme. */
  readonly scheme: string
  readonly password: string
  readonly hash: string
}
