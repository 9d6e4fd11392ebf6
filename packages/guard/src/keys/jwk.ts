/** Reads a public JWK (RFC 7517 §4, RFC 7518 §6) as a key that may verify, or says why it is none. Nobody else's JWK is trusted to be sound. */

import { describeValue } from '../describe.ts'
import { decodeBase64Url } from '../jwt/base64url.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { type AlgorithmFacts, algorithms, namesOf } from './algorithms.ts'
import { faultOfRsa } from './key-strength.ts'
import type { FitKey } from './verification-key.ts'

/** A JWK whose members are sound as far as can be seen without importing it. */
export interface PublicJwk {
  readonly keyId: string | undefined
  readonly facts: AlgorithmFacts
  /** The members that make up the key, and no other. */
  readonly members: Readonly<Record<string, string>>
}

/** A sound JWK, or what is wrong with it, in words that hold nothing of the key. */
export type JwkReading = { readonly ok: true; readonly jwk: PublicJwk } | { readonly ok: false; readonly fault: string }

/** RFC 7518 §6.2.2, §6.3.2, §6.4: a key with any of them is no public key, and not secret any more. */
const privateMembers: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const longestKeyId = 256

/** Reads the members. A point off its curve is found by `importJwk` alone. */
export function readJwk(value: unknown): JwkReading {
  if (!isJsonObject(value)) return faulty('it is no object')
  const served = algorithms.filter((facts) => isOfKind(value, facts))
  if (served.length === 0) return faulty('its kty and crv are not served')
  const alg = readMember(value, 'alg')
  // RFC 8725 §3.1: one algorithm for each key. RFC 7517 §4.4: alg is OPTIONAL; the kind of key decides then.
  const facts = alg === undefined ? served[0] : served.find(({ algorithm }) => algorithm === alg)
  if (facts === undefined) return faulty(`its alg must be one of ${namesOf(served)}`)
  const fault = faultOfUse(value) ?? faultOfNumbers(value, facts)
  if (fault !== undefined) return faulty(fault)
  const [[, keyId] = []] = readText(value, 'kid')
  const members = Object.fromEntries(['kty', 'crv', ...facts.members].flatMap((name) => readText(value, name)))
  return { ok: true, jwk: { keyId, facts, members } }
}

/** Imports it; `undefined` when it is no key after all, such as a point off its curve (RFC 8725 §3.4). */
export async function importJwk({ keyId, facts, members }: PublicJwk): Promise<FitKey | undefined> {
  try {
    const key = await crypto.subtle.importKey('jwk', members, facts, false, ['verify'])
    return { ...(keyId !== undefined && { keyId }), algorithm: facts.algorithm, key, facts }
  } catch {
    return undefined
  }
}

function faulty(fault: string): JwkReading {
  return { ok: false, fault }
}

/** A secret is of no kind that is served (RFC 7518 §6.4). */
function isOfKind(jwk: JsonObject, { kty, namedCurve }: AlgorithmFacts): boolean {
  if (kty === undefined || kty !== readMember(jwk, 'kty')) return false
  return namedCurve === undefined || namedCurve === readMember(jwk, 'crv')
}

function faultOfUse(jwk: JsonObject): string | undefined {
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
  return undefined
}

function faultOfNumbers(jwk: JsonObject, { kty, members }: AlgorithmFacts): string | undefined {
  const texts = members.flatMap((name) => readText(jwk, name))
  const numbers = texts.map(([, text]) => decodeBase64Url(text)).filter((number) => number !== undefined)
  const [first, second] = numbers
  if (numbers.length < members.length) return `its ${members.join(' and ')} must be base64url`
  return kty === 'RSA' && first && second ? faultOfRsa(first, second) : undefined
}

/** The member and its text, or nothing when it is no text, or empty. */
function readText(jwk: JsonObject, name: string): [name: string, text: string][] {
  const value = readMember(jwk, name)
  return typeof value === 'string' && value !== '' ? [[name, value]] : []
}
