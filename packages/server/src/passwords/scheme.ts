/** A password hash format: recognized by its prefix, parsed completely, verified in a worker thread. */

import { timingSafeEqual } from 'node:crypto'

/** One password hash format; `schemes.ts` is their table, and docs/reference/password-hashes.md is made from it. */
export interface Scheme {
  /** What `users show` says. */
  readonly name: string
  /** The form of its hashes, for the messages of an import and the reference. */
  readonly form: string
  /** The software that writes it, for the reference. */
  readonly writers: string
  /** Checks the prefix only: a recognized hash may be malformed. */
  readonly recognises: (hash: string) => boolean
  /** Parses the whole hash in its canonical spelling; `undefined` when it is malformed. */
  readonly parse: (hash: string) => ParsedHash | undefined
}

/** The cost of a hash, compared with policy.ts. */
export interface Cost {
  /** A guess costs an attacker little more than one digest (`slow` in policy.ts): it is stored only when it is wrapped in argon2id. */
  readonly isWeak: boolean
  /** Its cost is below today's recommendation (`floor` in policy.ts). */
  readonly isBelowFloor: boolean
  /** Its cost is above the maximum for a login (`cap` in policy.ts): it must not be verified. */
  readonly exceedsCap: boolean
}

/** The cost of a format that is one digest, or that no number of rounds makes slow. */
export const fastCost: Cost = { isWeak: true, isBelowFloor: true, exceedsCap: false }

/** A well-formed hash, as password checks, wrapping and the policy need it. */
export interface ParsedHash extends Cost {
  /** What the hash was made into, as `digest` returns it. */
  readonly checksum: Uint8Array
  /**
   * What the software of the hash computes from a password: as long as `checksum`; `undefined` for a password that cannot have such a hash.
   * Synchronous, and slow on purpose: only for worker threads. Never throws within the cap.
   */
  readonly digest: (password: string) => Uint8Array | undefined
  /** The same hash with a checksum of zeros: its format, cost and salt, from which nobody learns about the password. */
  readonly blank: string
}

/** Whether the hash is of the password. Constant-time comparison. */
export function matches(hash: ParsedHash, password: string): boolean {
  const digest = hash.digest(password)
  return digest !== undefined && timingSafeEqual(digest, hash.checksum)
}

/** The hash with its last `length` characters, the checksum, replaced by `zero`, the spelling of zero in its encoding. */
export function blankEnd(hash: string, length: number, zero: string): string {
  return hash.slice(0, hash.length - length) + zero.repeat(length)
}
