/** Whether a stored password hash can be used. An import refuses by this rule, and a login runs no hash that fails it. */

import type { ParsedHash, SchemeName } from './scheme.ts'
import { identify } from './schemes.ts'

/** The outcome of looking at a stored hash, without running it. */
export type Inspection = UsableHash | UnusableHash | RefusedHash

/** A hash that can be verified. */
export interface UsableHash extends ParsedHash {
  readonly status: 'usable'
  readonly scheme: SchemeName
  readonly isBelowFloor: boolean
}

/** The account has no password on purpose: its user must reset it, or signs in otherwise. */
export interface UnusableHash {
  readonly status: 'unusable'
}

/** Not a hash that we can or want to run. `reason` is a phrase that names the fault and holds nothing of the hash. */
export interface RefusedHash {
  readonly status: 'refused'
  readonly reason: string
}

const unusableMarks: ReadonlySet<string> = new Set(['', '*', 'x', 'null'])

/** Takes what is stored as a user's password hash and says whether it can be used. Cheap: nothing is hashed. */
export function inspectHash(hash: string | null): Inspection {
  // Django writes '!' and random characters, shadow files a lone '!' or '*'.
  if (hash === null || unusableMarks.has(hash) || hash.startsWith('!')) return { status: 'unusable' }

  const scheme = identify(hash)
  if (!scheme) return { status: 'refused', reason: 'the hash format is not supported' }
  const parsed = scheme.parse(hash)
  if (!parsed) return { status: 'refused', reason: `the hash is not of the form ${scheme.format}` }
  if (parsed.exceedsCap) return { status: 'refused', reason: `the ${scheme.name} hash costs more than a login may` }
  return { status: 'usable', ...parsed }
}
