/** Reads a JWK Set (RFC 7517 §5): keeps the valid keys, and leaves out the others and ambiguous ones. */
import { describeValue } from '../describe.ts'
import { isJsonObject, readMember } from '../jwt/strict-json.ts'
import { importJwk, type PublicJwk, readJwk } from './jwk.ts'
import type { FitKey } from './verification-key.ts'

/** The valid keys of a set, not imported yet, and why the others are left out. */
export interface ReadJwks {
  readonly jwks: readonly PublicJwk[]
  /** A sentence for each. */
  readonly ignored: readonly string[]
  /** Phrases about those of them that are weak or malformed: they complete "the guard does not use". */
  readonly faults: readonly string[]
}

const maxKeys = 100

/** @throws Error when it is not a JWK Set */
export function readJwks(set: unknown): ReadJwks {
  const members = isJsonObject(set) ? readMember(set, 'keys') : undefined
  if (!Array.isArray(members)) throw new Error('a JWK Set must have the array "keys"')
  // No issuer has that many: it is a mistake, or an attack on memory.
  if (members.length > maxKeys) throw new Error(`a JWK Set must have at most ${maxKeys} keys`)
  const readings = members.map(readJwk)
  const valid = readings.flatMap((reading) => (reading.ok ? [reading.jwk] : []))
  const ignored = readings.flatMap((reading, index) => (reading.ok ? [] : [`keys[${index}]: ${reading.fault}`]))
  const faults = readings.flatMap((reading, index) =>
    reading.ok || reading.isForOthers ? [] : [`${nameKey(members[index]) ?? `keys[${index}]`}: ${reading.fault}`],
  )
  return leaveOutAmbiguous(valid, ignored, faults)
}

/** Stays the same when the keys of a set change places. */
function nameKey(jwk: unknown): string | undefined {
  const keyId = isJsonObject(jwk) ? readMember(jwk, 'kid') : undefined
  return typeof keyId === 'string' ? `the key ${describeValue(keyId)}` : undefined
}

/**
 * Imports the valid keys; leaves out those whose import fails.
 *
 * @param report is called with each of the `faults`, and with those that the import finds, when a key is left
 * @throws Error when no key is left
 */
export async function importJwks(
  { jwks, ignored, faults }: ReadJwks,
  report?: (fault: string) => void,
): Promise<readonly FitKey[]> {
  const imported = await Promise.all(jwks.map(async (jwk) => ({ key: await importJwk(jwk), keyId: jwk.keyId })))
  const keys = imported.flatMap(({ key }) => (key === undefined ? [] : [key]))
  const notKeys = imported.flatMap(({ key, keyId: kid }) =>
    key === undefined ? [`${nameKey({ kid })}: its values are not a key`] : [],
  )
  if (keys.length === 0) throw new Error(describeNone([...ignored, ...notKeys]))
  for (const fault of [...faults, ...notKeys]) report?.(fault)
  return keys
}

/** The message when a set has no usable key. */
export function describeNone(ignored: readonly string[]): string {
  return ['none of its keys can verify', ...ignored.slice(0, 3)].join('; ')
}

/** RFC 7517 §4.5: keys of a set SHOULD have distinct ids. A token's `kid` must identify at most one key. */
function leaveOutAmbiguous(
  valid: readonly PublicJwk[],
  ignored: readonly string[],
  faults: readonly string[],
): ReadJwks {
  const ids = valid.map(({ keyId }) => keyId)
  const isTaken = (keyId: string | undefined) => ids.indexOf(keyId) !== ids.lastIndexOf(keyId)
  const jwks = valid.filter(({ keyId }) => (keyId === undefined ? valid.length === 1 : !isTaken(keyId)))
  const leftOut = valid.length - jwks.length
  if (leftOut === 0) return { jwks, ignored, faults }
  return {
    jwks,
    ignored: [...ignored, `${leftOut} keys share a kid, or have none`],
    faults: [...faults, `${leftOut} keys that share a kid, or have none`],
  }
}
