/** Reads a JWK Set (RFC 7517 §5): of a mixed set the sound keys are kept, and what is ambiguous is left out. */
import { isJsonObject, readMember } from '../jwt/strict-json.ts'
import { importJwk, type PublicJwk, readJwk } from './jwk.ts'
import type { FitKey } from './verification-key.ts'

/** The sound keys of a set, not imported yet, and why the others were left out. */
export interface ReadJwks {
  readonly jwks: readonly PublicJwk[]
  /** A sentence for each. */
  readonly ignored: readonly string[]
}

const mostKeys = 100

/** @throws Error whose message is a sentence, when it is no set at all */
export function readJwks(set: unknown): ReadJwks {
  const members = isJsonObject(set) ? readMember(set, 'keys') : undefined
  if (!Array.isArray(members)) throw new Error('a JWK Set must have the array "keys"')
  // Nobody has that many: it would be a mistake, or an attempt on memory.
  if (members.length > mostKeys) throw new Error(`a JWK Set must have at most ${mostKeys} keys`)
  const readings = members.map(readJwk)
  const faults = readings.flatMap((reading, index) => (reading.ok ? [] : [`keys[${index}]: ${reading.fault}`]))
  const sound = readings.flatMap((reading) => (reading.ok ? [reading.jwk] : []))
  return leaveOutAmbiguous(sound, faults)
}

/**
 * Imports the sound keys; those that turn out to be none are left out.
 *
 * @throws Error whose message is a sentence, when there are none
 */
export async function importJwks({ jwks, ignored }: ReadJwks): Promise<readonly FitKey[]> {
  const keys = (await Promise.all(jwks.map(importJwk))).filter((key) => key !== undefined)
  if (keys.length > 0) return keys
  throw new Error(describeNone(ignored))
}

/** What to tell when none of the keys of a set may verify. */
export function describeNone(ignored: readonly string[]): string {
  return ['none of its keys may verify', ...ignored.slice(0, 3)].join('; ')
}

/** RFC 7517 §4.5: keys of a set SHOULD have distinct ids. A token's `kid` must never have the choice of two. */
function leaveOutAmbiguous(sound: readonly PublicJwk[], faults: readonly string[]): ReadJwks {
  const ids = sound.map(({ keyId }) => keyId)
  const isTaken = (keyId: string | undefined) => ids.indexOf(keyId) !== ids.lastIndexOf(keyId)
  const jwks = sound.filter(({ keyId }) => (keyId === undefined ? sound.length === 1 : !isTaken(keyId)))
  const leftOut = sound.length - jwks.length
  const ambiguous = leftOut === 0 ? [] : [`${leftOut} keys of several have the same kid, or none`]
  return { jwks, ignored: [...faults, ...ambiguous] }
}
