/** Checks keys that the application imported: each fits its algorithm (RFC 8725 §3.1, §3.5), and ids are unique. */
import { algorithms, namesOf } from './algorithms.ts'
import { describeFit, isFit } from './key-strength.ts'
import type { FitKey, VerificationKey } from './verification-key.ts'

/**
 * Checks each key against its algorithm, and copies it, so that later changes to the original have no effect.
 *
 * @throws TypeError with the name of the key and the fix
 */
export function requireFitKeys(keys: readonly VerificationKey[]): readonly FitKey[] {
  if (!Array.isArray(keys)) throw new TypeError('keys must be an array of { keyId, algorithm, key }')
  const ids = new Set<string>()
  return keys.map((given: VerificationKey, index) => {
    const key = requireFit(given, `keys[${index}]`)
    if (key.keyId === undefined) {
      if (keys.length > 1) throw new TypeError(`keys[${index}].keyId is missing: each of several keys needs one`)
      return key
    }
    if (ids.has(key.keyId)) throw new TypeError(`keys[${index}].keyId is taken: each key needs its own`)
    ids.add(key.keyId)
    return key
  })
}

function requireFit(given: VerificationKey, field: string): FitKey {
  const { keyId, algorithm, key } = given
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId === '' || keyId.length > 256)) {
    throw new TypeError(`${field}.keyId must be a string of 1 to 256 characters`)
  }
  const facts = algorithms.find((known) => known.algorithm === algorithm)
  if (facts === undefined) {
    throw new TypeError(`${field}.algorithm must be one of ${namesOf(algorithms)}`)
  }
  if (Object.prototype.toString.call(key) !== '[object CryptoKey]') {
    throw new TypeError(`${field}.key must be a CryptoKey: import it with crypto.subtle.importKey`)
  }
  // RFC 8725 §3.1: each key MUST be used with exactly one algorithm, and this MUST be checked.
  if (!isFit(key, facts, given.unsafeShortSecret === true)) {
    throw new TypeError(`${field}.key must be ${describeFit(facts)}, as its algorithm is ${algorithm}`)
  }
  if (!key.usages.includes('verify')) {
    throw new TypeError(`${field}.key must have the usage 'verify': import it with that`)
  }
  return Object.freeze({ ...(keyId !== undefined && { keyId }), algorithm, key, facts })
}
