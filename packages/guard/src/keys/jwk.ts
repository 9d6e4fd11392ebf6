/** Reads a public JWK as a verification key, or says what is wrong with it (RFC 7517 §4, RFC 7518 §6). */

import { describeValue } from '../describe.ts'
import { decodeBase64Url } from '../jwt/base64url.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { type AlgorithmFacts, algorithms, namesOf } from './algorithms.ts'
import { faultOfRsa } from './key-strength.ts'
import type { FitKey } from './verification-key.ts'

/** A JWK whose members are valid, as far as that is known before the import. */
export interface PublicJwk {
  readonly keyId: string | undefined
  readonly facts: AlgorithmFacts
  /** The members of the key itself, and no others. */
  readonly members: Readonly<Record<string, string>>
}

/**
 * A valid JWK, or what is wrong with it, without any value of the key. `isForOthers`: nothing may be wrong, but the key is for encryption, or for
 * an algorithm that is not supported.
 */
export type JwkReading =
  | { readonly ok: true; readonly jwk: PublicJwk }
  | { readonly ok: false; readonly fault: string; readonly isForOthers: boolean }

/** RFC 7518 §6.2.2, §6.3.2, §6.4: a key with any of them is not a public key, and no longer secret. */
const privateMembers: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const maxKeyIdLength = 256

/** Reads the members. Only `importJwk` finds a point that is not on its curve. */
export function readJwk(value: unknown): JwkReading {
  if (!isJsonObject(value)) return { ok: false, fault: 'it is not an object', isForOthers: false }
  const supported = algorithms.filter((facts) => isOfKind(value, facts))
  if (supported.length === 0)
    return { ok: false, fault: 'its kty and crv are not supported', isForOthers: isPublic(value) }
  const alg = readMember(value, 'alg')
  // RFC 8725 §3.1: one algorithm for each key. RFC 7517 §4.4: alg is OPTIONAL; without it, the kind of key decides.
  const facts = alg === undefined ? supported[0] : supported.find(({ algorithm }) => algorithm === alg)
  if (facts === undefined) {
    return { ok: false, fault: `its alg must be one of ${namesOf(supported)}`, isForOthers: isPublic(value) }
  }
  const fault = faultOfUse(value) ?? faultOfNumbers(value, facts)
  if (fault !== undefined)
    return { ok: false, fault, isForOthers: isPublic(value) && readMember(value, 'use') === 'enc' }
  const [[, keyId] = []] = readText(value, 'kid')
  const names = ['kty', ...(facts.namedCurve === undefined ? [] : ['crv']), ...facts.members]
  const members = Object.fromEntries(names.flatMap((name) => readText(value, name)))
  return { ok: true, jwk: { keyId, facts, members } }
}

/** Imports the key; `undefined` when its values are not a key, such as a point that is not on its curve (RFC 8725 §3.4). */
export async function importJwk({ keyId, facts, members }: PublicJwk): Promise<FitKey | undefined> {
  try {
    const key = await crypto.subtle.importKey('jwk', members, facts, false, ['verify'])
    return { ...(keyId !== undefined && { keyId }), algorithm: facts.algorithm, key, facts }
  } catch {
    return undefined
  }
}

function isPublic(jwk: JsonObject): boolean {
  return !privateMembers.some((name) => Object.hasOwn(jwk, name))
}

/** Secrets (`oct`) match no algorithm (RFC 7518 §6.4). */
function isOfKind(jwk: JsonObject, { kty, namedCurve }: AlgorithmFacts): boolean {
  if (kty === undefined || kty !== readMember(jwk, 'kty')) return false
  return namedCurve === undefined || namedCurve === readMember(jwk, 'crv')
}

function faultOfUse(jwk: JsonObject): string | undefined {
  const secret = privateMembers.find((name) => Object.hasOwn(jwk, name))
  if (secret !== undefined) return `it has the private member ${secret}`
  const keyId = readMember(jwk, 'kid')
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId === '' || keyId.length > maxKeyIdLength)) {
    return `its kid must be a string of 1 to ${maxKeyIdLength} characters`
  }
  // RFC 7517 §4.2, §4.3: a key is used only for what its use and key_ops name.
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

/** The name and the value, or nothing when the value is not a string, or is empty. */
function readText(jwk: JsonObject, name: string): [name: string, text: string][] {
  const value = readMember(jwk, name)
  return typeof value === 'string' && value !== '' ? [[name, value]] : []
}
