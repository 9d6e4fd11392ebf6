/** Remembers verified tokens by their full text, so that a token seen again costs one look-up and one comparison. */
import type { VerifiedToken } from './verified-token.ts'

/** What can be remembered: something that ends, in seconds since the epoch. */
export interface Expiring {
  readonly expiresAt: number
}

/** A bounded memory of verified tokens. */
export interface TokenCache<Entry extends Expiring = VerifiedToken> {
  /** What was remembered for exactly this token, unless it has expired at `now` (seconds since the epoch). */
  readonly get: (token: string, now: number) => Entry | undefined
  /** Remembers a token; may forget others. */
  readonly set: (token: string, verified: Entry) => void
  /** How many tokens are remembered. */
  readonly size: () => number
}

/** Longer tokens are verified each time: otherwise the bound on entries would be none on memory. */
const longestKept = 4096

/**
 * Makes a cache of at most `capacity` tokens: 0, or at least 2.
 *
 * Two generations: new entries go to the young one; when it is full it becomes the old one, and what was old is dropped. An
 * entry used again moves to the young generation, so what is in use stays, and nothing is ever searched for eviction.
 */
export function createTokenCache<Entry extends Expiring = VerifiedToken>(capacity: number): TokenCache<Entry> {
  const generationSize = Math.floor(capacity / 2)
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()

  function set(token: string, verified: Entry): void {
    if (generationSize === 0 || token.length > longestKept) return
    if (young.size >= generationSize) {
      old = young
      young = new Map()
    }
    old.delete(token)
    young.set(token, verified)
  }

  /** Moves an entry of the old generation to the young one. */
  function renew(token: string): Entry | undefined {
    const verified = old.get(token)
    if (verified !== undefined) set(token, verified)
    return verified
  }

  function get(token: string, now: number): Entry | undefined {
    // The key is the whole text. A digest or a part of it could be shared by two tokens (CVE-2026-35039).
    const verified = young.get(token) ?? renew(token)
    if (verified === undefined) return undefined
    // RFC 7519 §4.1.4: exp holds for a remembered token as well.
    if (now < verified.expiresAt) return verified
    young.delete(token)
    return undefined
  }

  return { get, set, size: () => young.size + old.size }
}
