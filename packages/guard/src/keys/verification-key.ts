/** Keys bound to one algorithm each, found by their id (RFC 8725 §3.1, RFC 7518 §3). */
import type { CryptoKey } from 'jose'
import type { Algorithm, AlgorithmFacts } from './algorithms.ts'

/** A key with the one algorithm it may be used with. Never guessed from text. */
export interface VerificationKey {
  /** The `kid` of the tokens that it verifies (RFC 7515 §4.1.4). Needed as soon as there are two keys. */
  readonly keyId?: string
  /** The only `alg` that is accepted with this key. */
  readonly algorithm: Algorithm
  /** A Web Crypto key that may verify: public, or secret for HS256. */
  readonly key: CryptoKey
  /**
   * Accepts an HS256 secret below 256 bits, which can be guessed from one token. For the tutorial's own secret, in development.
   * @default false
   */
  readonly unsafeShortSecret?: boolean
}

/** A key that fits its algorithm: it was made for that one here (`importJwk`, `supplySecret`), or checked (`requireFitKeys`). */
export interface FitKey extends VerificationKey {
  readonly facts: AlgorithmFacts
}

/** The key for a token: by its `kid`, or the only key there is when it names none. */
export function findKey(keys: readonly FitKey[], keyId: string | undefined): FitKey | undefined {
  if (keyId === undefined) return keys.length === 1 ? keys[0] : undefined
  return keys.find((key) => key.keyId === keyId)
}
