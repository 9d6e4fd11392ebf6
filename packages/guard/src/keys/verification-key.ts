/** Keys with one algorithm each, found by their id (RFC 8725 §3.1, RFC 7518 §3). */
import { describeValue } from '../describe.ts'
import { mismatch, TokenRejection } from '../token-rejection.ts'
import type { Algorithm, AlgorithmFacts } from './algorithms.ts'

/** The type of Web Crypto's keys, from whichever library declares it: DOM, Node or an edge runtime. */
export type CryptoKey = Extract<Awaited<ReturnType<typeof crypto.subtle.generateKey>>, { readonly type: string }>

/** A key with the only algorithm that it may be used with. */
export interface VerificationKey {
  /** The `kid` of the tokens that it verifies (RFC 7515 §4.1.4). Required when there are several keys. */
  readonly keyId?: string
  /** The only `alg` that is accepted with this key. */
  readonly algorithm: Algorithm
  /** A Web Crypto key with the usage `verify`: public, or secret for HS256. */
  readonly key: CryptoKey
  /**
   * Accepts an HS256 secret below 256 bits, which can be guessed from one token. For the tutorial's secret, in development.
   * @default false
   */
  readonly unsafeShortSecret?: boolean
}

/** A key that fits its algorithm: imported for it (`importJwk`, `supplySecret`), or checked (`requireFitKeys`). */
export interface FitKey extends VerificationKey {
  readonly facts: AlgorithmFacts
}

/** The key with the token's `kid`. The only key is also tried when the token has no `kid`, or the key has none. */
export function requireKey(keys: readonly FitKey[], keyId: string | undefined): FitKey {
  const only = keys.length === 1 ? keys[0] : undefined
  // RFC 7515 §4.1.4: kid is a hint. It never leads to a key that has another one.
  const isMeant = (key: FitKey) => key.keyId === keyId
  const key = keys.find(isMeant) ?? (keyId === undefined || only?.keyId === undefined ? only : undefined)
  if (key === undefined) throw new TokenRejection('key_unknown', { received: describeValue(keyId) })
  return key
}

/** Rejects a header that names another algorithm than the key's. */
export function requireAlgorithm(key: FitKey, algorithm: string): void {
  // RFC 8725 §3.1: the header may only confirm the key's algorithm. "none" is no key's algorithm.
  if (algorithm !== key.algorithm) throw mismatch('algorithm_mismatch', key.algorithm, algorithm)
}
