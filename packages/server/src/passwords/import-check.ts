/** Whether a stored password hash can be used. An import rejects other hashes, and a login never runs them. */
import type { ParsedHash, SchemeName } from './scheme.ts'
import { identify } from './schemes.ts'

/** The result of inspecting a stored hash without running it. */
export type Inspection = UsableHash | UnusableHash | RejectedHash

/** A hash that can be verified. */
export interface UsableHash extends ParsedHash {
  readonly status: 'usable'
  readonly scheme: SchemeName
  readonly isBelowFloor: boolean
}

/** The user has no password on purpose, and must set one or log in in another way. */
export interface UnusableHash {
  readonly status: 'unusable'
}

/** A hash that cannot or must not be run. `message` follows the name of the hash in a sentence, and contains no part of the hash. */
export interface RejectedHash {
  readonly status: 'rejected'
  readonly message: string
}

const unusableMarks: ReadonlySet<string> = new Set(['', '*', 'x', 'null'])

/** Whether the stored password hash of a user can be used. Fast: nothing is hashed. */
export function inspectHash(hash: string | null): Inspection {
  // Django writes '!' and random characters, shadow files only '!' or '*'.
  if (hash === null || unusableMarks.has(hash) || hash.startsWith('!')) return { status: 'unusable' }

  const scheme = identify(hash)
  if (!scheme) return { status: 'rejected', message: 'has a format that is not supported' }
  const parsed = scheme.parse(hash)
  if (!parsed) return { status: 'rejected', message: `is not of the form ${scheme.format}` }
  if (parsed.exceedsCap)
    return { status: 'rejected', message: `is a ${scheme.name} hash that costs more than a login may` }
  return { status: 'usable', ...parsed }
}
