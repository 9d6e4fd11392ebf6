/** Whether a Web Crypto key may be used with an algorithm (RFC 8725 §3.1, §3.5): its kind, its hash or curve, its strength. */
import type { CryptoKey } from 'jose'
import type { AlgorithmFacts } from './algorithms.ts'
import { isSoundExponent } from './rsa.ts'

/** What a key for this algorithm must be, to complete "the key must be". */
export function describeFit({ name, hash, namedCurve }: AlgorithmFacts): string {
  switch (name) {
    case 'HMAC':
      return `a secret HMAC key with ${hash} of at least 256 bits`
    case 'ECDSA':
      return `a public ECDSA key on ${namedCurve}`
    case 'RSASSA-PKCS1-v1_5':
    case 'RSA-PSS':
      return `a public ${name} key with ${hash}, at least 2048 bits, exponent from 65537 to 64 bits`
    case 'Ed25519':
      return 'a public Ed25519 key'
  }
}

/** @param mayBeShort accepts an HMAC secret of any length */
export function isFit(key: CryptoKey, facts: AlgorithmFacts, mayBeShort: boolean): boolean {
  if (key.type !== (facts.name === 'HMAC' ? 'secret' : 'public') || key.algorithm.name !== facts.name) return false
  switch (facts.name) {
    case 'HMAC':
      // RFC 7518 §3.2: the key MUST be as long as the hash or longer.
      return hashName(key) === facts.hash && (mayBeShort || numberFact(key, 'length') >= 256)
    case 'ECDSA':
      return fact(key.algorithm, 'namedCurve') === facts.namedCurve
    case 'RSASSA-PKCS1-v1_5':
    case 'RSA-PSS':
      // RFC 7518 §3.3, §3.5: 2048 bits or larger MUST be used.
      return hashName(key) === facts.hash && numberFact(key, 'modulusLength') >= 2048 && hasSoundExponent(key)
    case 'Ed25519':
      return true
  }
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
  return exponent instanceof Uint8Array && isSoundExponent(exponent)
}

function fact(object: object, name: string): unknown {
  return Reflect.get(object, name)
}
