/** Verifies access tokens with keys at hand (RFC 9068 §4, RFC 7515 §5.2, RFC 7519 §7.2): cheapest check first, shape before crypto. */

import { createKeySet, findKey, type KeySet, type VerificationKey } from '../keys/verification-key.ts'
import { describeValue, TokenRejected } from '../rejection.ts'
import { createTokenCache, type TokenCache } from './cache.ts'
import { readClaims, type VerifiedToken } from './claims.ts'
import { readHeader, requireType } from './header.ts'
import { decodeJsonPart, requireTokenText, splitToken } from './jwt.ts'
import { requireSignature } from './signature.ts'
import { resolveOptions, type VerifierConfig, type VerifierOptions } from './verifier-options.ts'

/** Made by `createVerifier`. Its functions need no `this`. */
export interface Verifier {
  /**
   * Answers what the token says. A token seen before is answered at once, without a promise; any other by a promise, which
   * rejects with `TokenRejected` and nothing else. Never throws synchronously.
   */
  readonly verify: (token: string) => VerifiedToken | Promise<VerifiedToken>
  /**
   * Replaces all keys and forgets every cached result. A token that is found valid meanwhile is checked again.
   * @throws TypeError when a key does not fit its algorithm; then the keys stay as they were
   */
  readonly replaceKeys: (keys: readonly VerificationKey[]) => void
}

/** Keys and what was verified with them: they are replaced together, so no result can outlive its key. */
interface Epoch {
  readonly keys: KeySet
  readonly cache: TokenCache
}

/**
 * Makes a verifier.
 *
 * @throws TypeError when an option is wrong or a key does not fit its algorithm, naming the field and the fix
 * @see RFC 9068 §4
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const config = resolveOptions(options)
  let epoch = startEpoch(options.keys, config)

  async function verifyAnew(token: string): Promise<VerifiedToken> {
    const begun = epoch
    const verified = await verifyWith(begun.keys, config, token)
    // The keys were replaced during the signature check: the old ones decide nothing any more.
    if (begun !== epoch) return verifyAnew(token)
    begun.cache.set(token, verified)
    return verified
  }

  return {
    verify: (token) => {
      try {
        requireTokenText(token, config.maxTokenLength)
        return epoch.cache.get(token, config.now()) ?? verifyAnew(token).catch(failClosed)
      } catch (error) {
        return Promise.reject(toRejection(error))
      }
    },
    replaceKeys: (keys) => {
      epoch = startEpoch(keys, config)
    },
  }
}

function startEpoch(keys: readonly VerificationKey[], config: VerifierConfig): Epoch {
  return { keys: createKeySet(keys), cache: createTokenCache(config.cacheSize) }
}

async function verifyWith(keys: KeySet, config: VerifierConfig, token: string): Promise<VerifiedToken> {
  const parts = splitToken(token)
  const joseHeader = decodeJsonPart(parts.header, 'header_invalid')
  const header = readHeader(joseHeader)

  const key = findKey(keys, header.keyId)
  if (key === undefined) throw new TokenRejected('key_unknown', { received: describeValue(header.keyId) })
  // RFC 8725 §3.1: the header may only confirm the key's algorithm. "none" is no key's.
  if (header.algorithm !== key.algorithm) {
    throw new TokenRejected('algorithm_mismatch', {
      expected: key.algorithm,
      received: describeValue(header.algorithm),
    })
  }
  requireType(joseHeader, config.type)
  const claims = decodeJsonPart(parts.payload, 'payload_invalid')

  await requireSignature(token, key)
  return readClaims(claims, config, config.now())
}

/** Whatever fails, the token does not pass. */
function failClosed(error: unknown): never {
  throw toRejection(error)
}

function toRejection(error: unknown): TokenRejected {
  return error instanceof TokenRejected ? error : new TokenRejected('verification_failed', { cause: error })
}
