/** A password hash format: recognized by its prefix, parsed completely, verified in a worker thread. */

export type SchemeName =
  | 'argon2id'
  | 'argon2i'
  | 'argon2d'
  | 'bcrypt'
  | 'bcrypt-sha256'
  | 'pbkdf2-sha1'
  | 'pbkdf2-sha256'
  | 'pbkdf2-sha512'
  | 'django-pbkdf2-sha256'
  | 'scrypt'

/** One password hash format; `schemes.ts` is their table. */
export interface Scheme {
  readonly name: SchemeName
  /** The format of its hashes, for the messages of an import. */
  readonly format: string
  /** Checks the prefix only: a recognized hash may be malformed. */
  readonly recognises: (hash: string) => boolean
  /** Parses the whole hash in its canonical spelling; `undefined` when it is malformed. */
  readonly parse: (hash: string) => ParsedHash | undefined
}

/** A well-formed hash, as password checks and the policy need it. */
export interface ParsedHash {
  readonly scheme: SchemeName
  /** Its cost is below today's recommendation (`floor` in policy.ts). */
  readonly isBelowFloor: boolean
  /** Its cost is above the maximum for a login (`cap` in policy.ts): it must not be verified. */
  readonly exceedsCap: boolean
  /** Synchronous, and slow on purpose: only for worker threads. Constant-time comparison. Never throws within the cap. */
  readonly verify: (password: string) => boolean
}
