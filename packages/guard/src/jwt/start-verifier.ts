/** Verifies access tokens with given keys (RFC 9068 §4), and caches those that pass. */
import type { FitKey } from '../keys/verification-key.ts'
import { createTokenCache, type Expiring, type TokenCache } from './cache.ts'
import { checks, runChecks, type TokenRules } from './checks.ts'
import type { TokenHeader } from './header.ts'
import { requireTokenText } from './jwt.ts'
import { toVerifiedToken, type VerifiedToken } from './verified-token.ts'
import type { VerifierConfig } from './verifier-config.ts'

/** A verifier whose keys are known to fit. */
export interface RunningVerifier<Result> {
  /**
   * Returns what the token says: directly for a cached token, otherwise a promise. Throws or rejects with `TokenRejection`, or with
   * any other error that occurred.
   */
  readonly verify: (token: string) => Result | Promise<Result>
  /**
   * Replaces all keys and clears the cache; the same array changes nothing. A token that is being verified at that moment is
   * verified again.
   */
  readonly replaceKeys: (keys: readonly FitKey[]) => void
}

/** Keys and the tokens that were verified with them. They are replaced together, so no result outlives its key. */
interface Epoch<Result extends Expiring> {
  readonly rules: TokenRules
  readonly cache: TokenCache<Result>
}

const allChecks = Object.entries(checks)

/** An issuer writes one header per key; nobody needs more. */
const maxKnownHeaders = 16

/** @param toResult makes the result, which is cached, from a token that passed */
export function startVerifier<Result extends Expiring>(
  config: VerifierConfig,
  keys: readonly FitKey[],
  toResult: (verified: VerifiedToken) => Result,
): RunningVerifier<Result> {
  // Almost every token has the same header as the one before it: it is decoded once.
  const knownHeaders = new Map<string, TokenHeader>()
  let epoch = startEpoch(keys)

  function startEpoch(next: readonly FitKey[]): Epoch<Result> {
    return { rules: { ...config, keys: next, knownHeaders }, cache: createTokenCache(config.cacheSize) }
  }

  async function verifyUncached(token: string): Promise<Result> {
    const started = epoch
    const reading = await runChecks(token, started.rules, allChecks)
    // The keys were replaced while the signature was verified: the old keys decide nothing any more.
    if (started !== epoch) return await verifyUncached(token)
    rememberHeader(reading.shape.header, reading.header)
    const result = toResult(toVerifiedToken(reading))
    started.cache.set(token, result)
    return result
  }

  /** Only of tokens that passed: made-up headers displace no others. */
  function rememberHeader(text: string, header: TokenHeader): void {
    if (knownHeaders.has(text)) return
    if (knownHeaders.size >= maxKnownHeaders) knownHeaders.clear()
    knownHeaders.set(text, header)
  }

  return {
    verify: (token) => {
      requireTokenText(token, config.maxTokenLength)
      return epoch.cache.get(token, config.now()) ?? verifyUncached(token)
    },
    replaceKeys: (next) => {
      if (next !== epoch.rules.keys) epoch = startEpoch(next)
    },
  }
}
