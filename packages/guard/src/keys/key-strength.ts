/** Whether a key fits its algorithm and is strong enough (RFC 8725 §3.1, §3.5): its kind, its hash or curve, and the numbers of RSA keys. */
import type { AlgorithmFacts } from './algorithms.ts'
import type { CryptoKey } from './verification-key.ts'

/** What a key for this algorithm must be: completes "the key must be". */
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
      // RFC 7518 §3.2: the key MUST be at least as long as the hash.
      return hashName(key) === facts.hash && (mayBeShort || numberFact(key, 'length') >= 256)
    case 'ECDSA':
      return fact(key.algorithm, 'namedCurve') === facts.namedCurve
    case 'RSASSA-PKCS1-v1_5':
    case 'RSA-PSS':
      // RFC 7518 §3.3, §3.5: a key of 2048 bits or larger MUST be used.
      return hashName(key) === facts.hash && numberFact(key, 'modulusLength') >= 2048 && hasStrongExponent(key)
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

function hasStrongExponent(key: CryptoKey): boolean {
  const exponent = fact(key.algorithm, 'publicExponent')
  return exponent instanceof Uint8Array && isStrongExponent(exponent)
}

function fact(object: object, name: string): unknown {
  return Reflect.get(object, name)
}

/** Limits the time of a verification, since a proof's key is chosen by its sender. */
const maxModulusBytes = 1024

/** What is wrong with the two numbers of an RSA public key (RFC 7518 §6.3.1), if anything: completes "the key: ". */
export function faultOfRsa(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  if (modulus.length > maxModulusBytes) return `its modulus is longer than ${maxModulusBytes * 8} bits`
  const number = toBigInt(modulus)
  // RFC 7518 §3.3, §3.5: a key of 2048 bits or larger MUST be used.
  if (number < 2n ** 2047n) return 'its modulus is shorter than 2048 bits'
  if (!isStrongExponent(exponent)) return 'its exponent must be odd, from 65537 to 64 bits'
  return hasRocaFingerprint(number) ? 'it can be factored (CVE-2017-15361)' : undefined
}

/** FIPS 186-5 §A.1.1: an odd exponent of at least 65537. At most 64 bits: one as long as the modulus costs milliseconds per signature. */
function isStrongExponent(exponent: Uint8Array): boolean {
  const value = toBigInt(exponent)
  return value >= 65537n && value < 2n ** 64n && value % 2n === 1n
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
}

/** The odd primes up to 167: their product divides the number from which the faulty library constructed all its primes. */
const primes: readonly number[] = Array.from({ length: 83 }, (_, index) => 2 * index + 3).filter((number, index, all) =>
  all.slice(0, index).every((smaller) => number % smaller !== 0),
)

/**
 * Recognizes RSA keys of a faulty chip library by their modulus (ROCA, CVE-2017-15361).
 *
 * The library's primes are powers of 65537 modulo a product of small primes. So the modulus is a power of 65537 modulo each of them.
 * For a sound modulus, the probability is below one in a hundred million.
 */
export function hasRocaFingerprint(modulus: bigint): boolean {
  return primes.every((prime) => isPowerOf65537(Number(modulus % BigInt(prime)), prime))
}

function isPowerOf65537(residue: number, prime: number): boolean {
  const base = 65537 % prime
  let power = 1
  do {
    if (power === residue) return true
    power = (power * base) % prime
  } while (power !== 1)
  return false
}
