/** Reads a public JWK (RFC 7517 §4, RFC 7518 §6) as a key that may verify, or says why it is none. Nobody else's JWK is trusted to be sound. */
import { decodeBase64Url } from '../jwt/base64url.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { describeValue } from '../rejection.ts'
import { type AsymmetricAlgorithm, algorithms } from './algorithms.ts'
import { isSoundExponent } from './key-fit.ts'
import { hasRocaFingerprint } from './roca.ts'
import type { VerificationKey } from './verification-key.ts'

/** A JWK whose members are sound as far as can be seen without importing it. */
export interface PublicJwk {
  readonly keyId: string | undefined
  readonly algorithm: AsymmetricAlgorithm
  /** The members that make up the key, and no other. */
  readonly members: Readonly<Record<string, string>>
}

/** A sound JWK, or what is wrong with it, in words that hold nothing of the key. */
export type JwkReading = { readonly ok: true; readonly jwk: PublicJwk } | { readonly ok: false; readonly fault: string }

interface KeyShape {
  readonly type: 'EC' | 'RSA' | 'OKP'
  readonly curve?: string
  /** The first is what a key without `alg` is for. */
  readonly algorithms: readonly AsymmetricAlgorithm[]
  /** The members that hold the public key (RFC 7518 §6.2.1, §6.3.1, RFC 8037 §2). */
  readonly members: readonly string[]
}

const shapes: readonly KeyShape[] = [
  { type: 'EC', curve: 'P-256', algorithms: ['ES256'], members: ['x', 'y'] },
  { type: 'EC', curve: 'P-384', algorithms: ['ES384'], members: ['x', 'y'] },
  { type: 'EC', curve: 'P-521', algorithms: ['ES512'], members: ['x', 'y'] },
  { type: 'OKP', curve: 'Ed25519', algorithms: ['EdDSA', 'Ed25519'], members: ['x'] },
  { type: 'RSA', algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'], members: ['n', 'e'] },
]

/** RFC 7518 §6.2.2, §6.3.2, §6.4: a key with any of them is no public key, and not secret any more. */
const privateMembers: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const longestKeyId = 256
/** Beyond it a signature is a long calculation that whoever sends a key could ask for. */
const mostModulusBytes = 1024

/** Reads the members. A point off its curve is found by `importJwk` alone. */
export function readJwk(value: unknown): JwkReading {
  if (!isJsonObject(value)) return faulty('it is no object')
  const shape = shapes.find(({ type, curve }) => type === readMember(value, 'kty') && isCurve(value, curve))
  if (shape === undefined) return faulty('its kty and crv are none of a public signature key that is served')
  const algorithm = algorithmOf(value, shape)
  if (algorithm === undefined) return faulty(`its alg must be one of ${shape.algorithms.join(', ')}`)
  const fault = faultOf(value, shape)
  if (fault !== undefined) return faulty(fault)
  const keyId = readMember(value, 'kid')
  const members = Object.fromEntries(['kty', 'crv', ...shape.members].flatMap((name) => textMember(value, name)))
  return { ok: true, jwk: { keyId: typeof keyId === 'string' ? keyId : undefined, algorithm, members } }
}

/** Imports it; `undefined` when it is no key after all, such as a point off its curve (RFC 8725 §3.4). */
export async function importJwk({ keyId, algorithm, members }: PublicJwk): Promise<VerificationKey | undefined> {
  const { name, hash, namedCurve } = algorithms.get(algorithm) ?? {}
  // Web Crypto wants the names that the algorithm has, and ignores none that are undefined.
  const parameters = { name: name ?? '', ...(hash && { hash }), ...(namedCurve && { namedCurve }) }
  try {
    const key = await crypto.subtle.importKey('jwk', members, parameters, false, ['verify'])
    return keyId === undefined ? { algorithm, key } : { keyId, algorithm, key }
  } catch {
    return undefined
  }
}

function faulty(fault: string): JwkReading {
  return { ok: false, fault }
}

function isCurve(jwk: JsonObject, curve: string | undefined): boolean {
  return curve === undefined || readMember(jwk, 'crv') === curve
}

/** RFC 8725 §3.1: one algorithm for each key. RFC 7517 §4.4: alg is OPTIONAL; the kind of key decides then. */
function algorithmOf(jwk: JsonObject, { algorithms: served }: KeyShape): AsymmetricAlgorithm | undefined {
  const name = readMember(jwk, 'alg')
  return name === undefined ? served[0] : served.find((algorithm) => algorithm === name)
}

function faultOf(jwk: JsonObject, shape: KeyShape): string | undefined {
  const secret = privateMembers.find((name) => Object.hasOwn(jwk, name))
  if (secret !== undefined) return `it has the private member ${secret}`
  const keyId = readMember(jwk, 'kid')
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId === '' || keyId.length > longestKeyId)) {
    return `its kid must be a text of 1 to ${longestKeyId} characters`
  }
  // RFC 7517 §4.2, §4.3: what a key is not for, it is not used for.
  const use = readMember(jwk, 'use')
  if (use !== undefined && use !== 'sig') return `its use is ${describeValue(use)} instead of "sig"`
  const operations = readMember(jwk, 'key_ops')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'its key_ops do not include "verify"'
  }
  const [first, second] = shape.members.map((name) => decodeMember(jwk, name))
  if (first === undefined || (shape.members.length === 2 && second === undefined)) {
    return `its ${shape.members.join(' and ')} must be base64url`
  }
  return shape.type === 'RSA' && second !== undefined ? faultOfRsa(first, second) : undefined
}

function faultOfRsa(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  if (modulus.length > mostModulusBytes) return `its modulus is longer than ${mostModulusBytes * 8} bits`
  const number = modulus.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  // RFC 7518 §3.3, §3.5: 2048 bits or larger MUST be used.
  if (number < 2n ** 2047n) return 'its modulus is shorter than 2048 bits'
  if (!isSoundExponent(exponent)) return 'its exponent must be odd, from 65537 to 64 bits'
  return hasRocaFingerprint(number) ? 'it was made by a library whose keys can be factored (CVE-2017-15361)' : undefined
}

function decodeMember(jwk: JsonObject, name: string): Uint8Array | undefined {
  const value = readMember(jwk, name)
  return typeof value === 'string' && value !== '' ? decodeBase64Url(value) : undefined
}

function textMember(jwk: JsonObject, name: string): [string, string][] {
  const value = readMember(jwk, name)
  return typeof value === 'string' ? [[name, value]] : []
}
