/** Reads a JWK Set (RFC 7517 §5): keeps the valid keys, and leaves out the others and ambiguous ones. */
import { isJsonObject, readMember } from '../jwt/strict-json.ts'
import { importJwk, type PublicJwk, readJwk } from './jwk.ts'
import type { FitKey } from './verification-key.ts'

/** The valid keys of a set, not imported yet, and why the others are left out. */
export interface ReadJwks {
  readonly jwks: readonly PublicJwk[]
  /** A sentence for each. */
  readonly ignored: readonly string[]
}

const maxKeys = 100

/** @throws Error when it is not a JWK Set */
export function readJwks(set: unknown): ReadJwks {
  const members = isJsonObject(set) ? readMember(set, 'keys') : undefined
  if (!Array.isArray(members)) throw new Error('a JWK Set must have the array "keys"')
  // No issuer has that many: it is a mistake, or an attack on memory.
  if (members.length > maxKeys) throw new Error(`a JWK Set must have at most ${maxKeys} keys`)
  const readings = members.map(readJwk)
  const faults = readings.flatMap((reading, index) => (reading.ok ? [] : [`keys[${index}]: ${reading.fault}`]))
  const valid = readings.flatMap((reading) => (reading.ok ? [reading.jwk] : []))
  return leaveOutAmbiguous(valid, faults)
}

/**
 * Imports the valid keys; leaves out those whose import fails.
 *
 * @throws Error when no key is left
 */
export async function importJwks({ jwks, ignored }: ReadJwks): Promise<readonly FitKey[]> {
  const keys = (await Promise.all(jwks.map(importJwk))).filter((key) => key !== undefined)
  if (keys.length > 0) return keys
  throw new Error(describeNone(ignored))
}

/** The message when a set has no usable key. */
export function describeNone(ignored: readonly string[]): string {
  return ['none of its keys can verify', ...ignored.slice(0, 3)].join('; ')
}

/** RFC 7517 §4.5: keys of a set SHOULD have distinct ids. A token's `kid` must identify at most one key. */
function leaveOutAmbiguous(valid: readonly PublicJwk[], faults: readonly string[]): ReadJwks {
  const ids = valid.map(({ keyId }) => keyId)
  const isTaken = (keyId: string | undefined) => ids.indexOf(keyId) !== ids.lastIndexOf(keyId)
  const jwks = valid.filter(({ keyId }) => (keyId === undefined ? valid.length === 1 : !isTaken(keyId)))
  const leftOut = valid.length - jwks.length
  const ambiguous = leftOut === 0 ? [] : [`${leftOut} keys share a kid, or have none`]
  return { jwks, ignored: [...faults, ...ambiguous] }
}
