/** Keys bound to one algorithm each, found by their id (RFC 8725 §3.1, RFC 7518 §3). */
import type { CryptoKey } from 'jose'
import { type Algorithm, algorithms } from './algorithms.ts'
import { describeFit, isFit } from './key-fit.ts'

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

/** All keys of a verifier. */
export interface KeySet {
  readonly byId: ReadonlyMap<string, VerificationKey>
  /** The key when there is exactly one, for tokens without `kid`. */
  readonly only: VerificationKey | undefined
}

/**
 * Checks every key against its algorithm and copies them, so that later changes to what was given change nothing.
 *
 * @throws TypeError naming the key and the fix
 */
export function createKeySet(keys: readonly VerificationKey[]): KeySet {
  if (!Array.isArray(keys)) throw new TypeError('keys must be an array of { keyId, algorithm, key }')
  const byId = new Map<string, VerificationKey>()
  const copies = keys.map((given: VerificationKey, index) => {
    const key = requireFit(given, `keys[${index}]`)
    if (key.keyId === undefined) {
      if (keys.length > 1) throw new TypeError(`keys[${index}].keyId is missing: of several keys, each needs one`)
      return key
    }
    if (byId.has(key.keyId)) throw new TypeError(`keys[${index}].keyId is taken: give each key its own`)
    byId.set(key.keyId, key)
    return key
  })
  return { byId, only: copies.length === 1 ? copies[0] : undefined }
}

/** The key for a token: by its `kid`, or the only key there is when it names none. */
export function findKey(keys: KeySet, keyId: string | undefined): VerificationKey | undefined {
  return keyId === undefined ? keys.only : keys.byId.get(keyId)
}

function requireFit(given: VerificationKey, field: string): VerificationKey {
  const { keyId, algorithm, key } = given
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId === '' || keyId.length > 256)) {
    throw new TypeError(`${field}.keyId must be a text of 1 to 256 characters`)
  }
  const facts = algorithms.get(algorithm)
  if (facts === undefined) {
    throw new TypeError(`${field}.algorithm must be one of ${[...algorithms.keys()].join(', ')}`)
  }
  if (Object.prototype.toString.call(key) !== '[object CryptoKey]') {
    throw new TypeError(`${field}.key must be a CryptoKey: import it with crypto.subtle.importKey`)
  }
  // RFC 8725 §3.1: each key MUST be used with exactly one algorithm, and this MUST be checked.
  if (!isFit(key, facts, given.unsafeShortSecret === true)) {
    throw new TypeError(`${field}.key must be ${describeFit(facts)}, as its algorithm is ${algorithm}`)
  }
  if (!key.usages.includes('verify')) {
    throw new TypeError(`${field}.key may not verify: import it with the usage 'verify'`)
  }
  return Object.freeze(keyId === undefined ? { algorithm, key } : { keyId, algorithm, key })
}
