/** Verifies access tokens with keys of the application, without a guard (RFC 9068 §4). */
import { requireFitKeys } from '../keys/fit-keys.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { TokenRejection } from '../token-rejection.ts'
import { startVerifier } from './start-verifier.ts'
import type { VerifiedToken } from './verified-token.ts'
import { resolveVerifierOptions, type VerifierOptions } from './verifier-options.ts'

export type { Algorithm } from '../keys/algorithms.ts'
export type { VerificationKey } from '../keys/verification-key.ts'
export type { TokenRejectionReason } from '../token-rejection.ts'
export { TokenRejection } from '../token-rejection.ts'
export type { VerifiedToken } from './verified-token.ts'
export type { VerifierOptions } from './verifier-options.ts'

/** Made by `createVerifier`. Its functions need no `this`. */
export interface Verifier {
  /**
   * Returns what the token says: directly for a cached token, otherwise a promise, which rejects with `TokenRejection` and nothing
   * else. Never throws synchronously.
   */
  readonly verify: (token: string) => VerifiedToken | Promise<VerifiedToken>
  /**
   * Replaces all keys and clears the cache. A token that is being verified at that moment is verified again.
   * @throws TypeError when a key does not fit its algorithm; the keys then stay the same
   */
  readonly replaceKeys: (keys: readonly VerificationKey[]) => void
}

/**
 * Makes a verifier.
 *
 * @throws TypeError when an option is wrong or a key does not fit its algorithm, with its name and the fix
 * @see RFC 9068 §4
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const config = resolveVerifierOptions(options)
  const verifier = startVerifier(config, requireFitKeys(options.keys), (verified) => verified)
  return {
    verify: (token) => {
      try {
        const verified = verifier.verify(token)
        return verified instanceof Promise ? verified.catch(reject) : verified
      } catch (error) {
        return reject(error)
      }
    },
    replaceKeys: (keys) => verifier.replaceKeys(requireFitKeys(keys)),
  }
}

/** Whatever fails, the token does not pass. */
async function reject(error: unknown): Promise<never> {
  throw error instanceof TokenRejection ? error : new TokenRejection('verification_failed', { cause: error })
}
