/** Verifies access tokens with keys at hand (RFC 9068 §4), and remembers those that passed. */

import { createKeySet, type VerificationKey } from '../keys/verification-key.ts'
import { TokenRejected } from '../rejection.ts'
import { createTokenCache, type Expiring, type TokenCache } from './cache.ts'
import { readClaims, type VerifiedToken } from './claims.ts'
import { requireType } from './header.ts'
import { requireTokenText } from './jwt.ts'
import { type ChooseKey, chooseAmong, readSignedClaims, remembering } from './signed-claims.ts'
import { resolveOptions, type VerifierConfig, type VerifierOptions } from './verifier-options.ts'

/** Made by `createVerifier`. Its functions need no `this`. */
export interface Verifier<Result = VerifiedToken> {
  /**
   * Answers what the token says. A token seen before is answered at once, without a promise; any other by a promise, which
   * rejects with `TokenRejected` and nothing else. Never throws synchronously.
   */
  readonly verify: (token: string) => Result | Promise<Result>
  /**
   * Replaces all keys and forgets every cached result. A token that is found valid meanwhile is checked again.
   * @throws TypeError when a key does not fit its algorithm; then the keys stay as they were
   */
  readonly replaceKeys: (keys: readonly VerificationKey[]) => void
}

/** Keys and what was verified with them: they are replaced together, so no result can outlive its key. */
interface Epoch<Result extends Expiring> {
  readonly chooseKey: ChooseKey
  readonly cache: TokenCache<Result>
}

/**
 * Makes a verifier.
 *
 * @throws TypeError when an option is wrong or a key does not fit its algorithm, naming the field and the fix
 * @see RFC 9068 §4
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return startVerifier(resolveOptions(options), options.keys, (verified) => verified)
}

/**
 * The same with settings that are checked already.
 *
 * @param toResult makes what is answered, and remembered, of a token that passed
 */
export function startVerifier<Result extends Expiring>(
  config: VerifierConfig,
  keys: readonly VerificationKey[],
  toResult: (verified: VerifiedToken) => Result,
): Verifier<Result> {
  let epoch = startEpoch(keys)

  function startEpoch(next: readonly VerificationKey[]): Epoch<Result> {
    const chooseKey = chooseAmong(createKeySet(next), (header) => requireType(header, config.type))
    return { chooseKey: remembering(chooseKey), cache: createTokenCache(config.cacheSize) }
  }

  async function verifyAnew(token: string): Promise<Result> {
    const begun = epoch
    try {
      const claims = await readSignedClaims(token, begun.chooseKey)
      const result = toResult(readClaims(claims, config, config.now()))
      // The keys were replaced during the signature check: the old ones decide nothing any more.
      if (begun !== epoch) return await verifyAnew(token)
      begun.cache.set(token, result)
      return result
    } catch (error) {
      throw toRejection(error)
    }
  }

  return {
    verify: (token) => {
      try {
        requireTokenText(token, config.maxTokenLength)
        return epoch.cache.get(token, config.now()) ?? verifyAnew(token)
      } catch (error) {
        return Promise.reject(toRejection(error))
      }
    },
    replaceKeys: (next) => {
      epoch = startEpoch(next)
    },
  }
}

/** Whatever fails, the token does not pass. */
function toRejection(error: unknown): TokenRejected {
  return error instanceof TokenRejected ? error : new TokenRejected('verification_failed', { cause: error })
}
