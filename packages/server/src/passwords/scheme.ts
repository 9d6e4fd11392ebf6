/** What a password hash format is: recognised by its prefix, parsed completely, verified in a worker thread. */

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
  /** The form of its hashes, for the messages of an import. */
  readonly format: string
  /** Looks at the prefix only: a recognised hash may still be malformed. */
  readonly recognises: (hash: string) => boolean
  /** Parses completely and canonically (one hash has one spelling); `undefined` when malformed. */
  readonly parse: (hash: string) => ParsedHash | undefined
}

/** A well-formed hash: what checking a password and the policy need to know of it. */
export interface ParsedHash {
  readonly scheme: SchemeName
  /** Its cost is below what is advised today (`floor` in policy.ts). */
  readonly isBelowFloor: boolean
  /** Checking it would cost more than a login may (`cap` in policy.ts): it must not be verified. */
  readonly exceedsCap: boolean
  /** Synchronous and slow by design, so only for worker threads. Constant-time comparison; never throws within the cap. */
  readonly verify: (password: string) => boolean
}
