/** Verifies access tokens with keys at hand (RFC 9068 §4), and remembers those that passed. */
import type { FitKey } from '../keys/verification-key.ts'
import { createTokenCache, type Expiring, type TokenCache } from './cache.ts'
import { readClaims, type VerifiedToken } from './claims.ts'
import { requireType } from './header.ts'
import { requireTokenText } from './jwt.ts'
import { type ChooseKey, chooseAmong, readSignedClaims, remembering } from './signed-claims.ts'
import type { VerifierConfig } from './verifier-config.ts'

/** A verifier whose keys are known to fit. */
export interface RunningVerifier<Result> {
  /**
   * Answers what the token says. A token seen before is answered at once, without a promise; any other by a promise. Throws or
   * rejects with `TokenRejection`, or with whatever failed.
   */
  readonly verify: (token: string) => Result | Promise<Result>
  /**
   * Replaces all keys and forgets every cached result; the same array changes nothing. A token that is found valid meanwhile is
   * checked again.
   */
  readonly replaceKeys: (keys: readonly FitKey[]) => void
}

/** Keys and what was verified with them: they are replaced together, so no result can outlive its key. */
interface Epoch<Result extends Expiring> {
  readonly keys: readonly FitKey[]
  readonly chooseKey: ChooseKey
  readonly cache: TokenCache<Result>
}

/** @param toResult makes what is answered, and remembered, of a token that passed */
export function startVerifier<Result extends Expiring>(
  config: VerifierConfig,
  keys: readonly FitKey[],
  toResult: (verified: VerifiedToken) => Result,
): RunningVerifier<Result> {
  let epoch = startEpoch(keys)

  function startEpoch(next: readonly FitKey[]): Epoch<Result> {
    const chooseKey = chooseAmong(next, (header) => requireType(header, config.type))
    return { keys: next, chooseKey: remembering(chooseKey), cache: createTokenCache(config.cacheSize) }
  }

  async function verifyAnew(token: string): Promise<Result> {
    const begun = epoch
    const claims = await readSignedClaims(token, begun.chooseKey)
    const result = toResult(readClaims(claims, config, config.now()))
    // The keys were replaced during the signature check: the old ones decide nothing any more.
    if (begun !== epoch) return await verifyAnew(token)
    begun.cache.set(token, result)
    return result
  }

  return {
    verify: (token) => {
      requireTokenText(token, config.maxTokenLength)
      return epoch.cache.get(token, config.now()) ?? verifyAnew(token)
    },
    replaceKeys: (next) => {
      if (next !== epoch.keys) epoch = startEpoch(next)
    },
  }
}
