/** Caches verified tokens by their full text: a repeated token costs one lookup and one comparison. */
import type { VerifiedToken } from './verified-token.ts'

/** What can be cached: it expires, in seconds since the epoch. */
export interface Expiring {
  readonly expiresAt: number
}

/** A bounded cache of verified tokens. */
export interface TokenCache<Entry extends Expiring = VerifiedToken> {
  /** The entry of exactly this token, unless it has expired at `now` (seconds since the epoch). */
  readonly get: (token: string, now: number) => Entry | undefined
  /** Adds a token; may remove others. */
  readonly set: (token: string, verified: Entry) => void
  /** How many tokens are cached. */
  readonly size: () => number
}

/** In characters. Longer tokens are verified each time, so that the maximum number of entries also bounds the memory. */
const maxCachedLength = 4096

/**
 * Makes a cache of at most `capacity` tokens: 0, or at least 2.
 *
 * It has two generations. New entries go to the young one; when that is full, it replaces the old one. An entry that is used again
 * moves to the young generation, so entries in use stay, and no search for eviction is needed.
 */
export function createTokenCache<Entry extends Expiring = VerifiedToken>(capacity: number): TokenCache<Entry> {
  const generationSize = Math.floor(capacity / 2)
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()

  function set(token: string, verified: Entry): void {
    if (generationSize === 0 || token.length > maxCachedLength) return
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
    // The key is the whole text. Two tokens could share a digest or a part of it (CVE-2026-35039).
    const verified = young.get(token) ?? renew(token)
    if (verified === undefined) return undefined
    // RFC 7519 §4.1.4: exp also applies to a cached token.
    if (now < verified.expiresAt) return verified
    young.delete(token)
    return undefined
  }

  return { get, set, size: () => young.size + old.size }
}
