/** Keys bound to one algorithm each, found by their id (RFC 8725 §3.1, RFC 7518 §3). */
import type { CryptoKey } from 'jose'

/** The signature algorithms that a verifier knows (RFC 7518 §3.1, RFC 8037 §3.1). */
export type Algorithm = 'HS256' | 'ES256' | 'RS256' | 'EdDSA'

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

interface Requirement {
  readonly sentence: string
  readonly holds: (key: CryptoKey, mayBeShort: boolean) => boolean
}

// A Map, so that no text ("__proto__") finds what was not put in.
const requirements: ReadonlyMap<string, Requirement> = new Map<Algorithm, Requirement>([
  [
    'HS256',
    {
      // RFC 7518 §3.2: the key MUST be as long as the hash or longer.
      sentence: 'a secret HMAC key with SHA-256 of at least 256 bits',
      holds: (key, mayBeShort) =>
        isKind(key, 'secret', 'HMAC') &&
        hashName(key) === 'SHA-256' &&
        (mayBeShort || numberFact(key, 'length') >= 256),
    },
  ],
  [
    'ES256',
    {
      // RFC 7518 §3.4: P-256 and SHA-256.
      sentence: 'a public ECDSA key on P-256',
      holds: (key) => isKind(key, 'public', 'ECDSA') && fact(key.algorithm, 'namedCurve') === 'P-256',
    },
  ],
  [
    'RS256',
    {
      // RFC 7518 §3.3: 2048 bits or larger MUST be used. FIPS 186-5 §A.1.1: an odd exponent of at least 65537.
      sentence: 'a public RSASSA-PKCS1-v1_5 key with SHA-256, at least 2048 bits, exponent at least 65537',
      holds: (key) =>
        isKind(key, 'public', 'RSASSA-PKCS1-v1_5') &&
        hashName(key) === 'SHA-256' &&
        numberFact(key, 'modulusLength') >= 2048 &&
        hasSoundExponent(key),
    },
  ],
  [
    'EdDSA',
    {
      // RFC 8037 §3.1: the curve is the key's; only Ed25519 is served.
      sentence: 'a public Ed25519 key',
      holds: (key) => isKind(key, 'public', 'Ed25519'),
    },
  ],
])

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
  const requirement = requirements.get(algorithm)
  if (requirement === undefined) {
    throw new TypeError(`${field}.algorithm must be one of ${[...requirements.keys()].join(', ')}`)
  }
  if (Object.prototype.toString.call(key) !== '[object CryptoKey]') {
    throw new TypeError(`${field}.key must be a CryptoKey: import it with crypto.subtle.importKey`)
  }
  // RFC 8725 §3.1: each key MUST be used with exactly one algorithm, and this MUST be checked.
  if (!requirement.holds(key, given.unsafeShortSecret === true)) {
    throw new TypeError(`${field}.key must be ${requirement.sentence}, as its algorithm is ${algorithm}`)
  }
  if (!key.usages.includes('verify')) {
    throw new TypeError(`${field}.key may not verify: import it with the usage 'verify'`)
  }
  return Object.freeze(keyId === undefined ? { algorithm, key } : { keyId, algorithm, key })
}

function isKind(key: CryptoKey, type: string, name: string): boolean {
  return key.type === type && key.algorithm.name === name
}

function hashName(key: CryptoKey): unknown {
  const hash = fact(key.algorithm, 'hash')
  return typeof hash === 'object' && hash !== null ? fact(hash, 'name') : undefined
}

function numberFact(key: CryptoKey, name: string): number {
  const value = fact(key.algorithm, name)
  return typeof value === 'number' ? value : 0
}

function hasSoundExponent(key: CryptoKey): boolean {
  const exponent = fact(key.algorithm, 'publicExponent')
  if (!(exponent instanceof Uint8Array)) return false
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0)
  return value >= 65537 && (exponent.at(-1) ?? 0) % 2 === 1
}

function fact(object: object, name: string): unknown {
  return Reflect.get(object, name)
}
