/** Whether a stored password hash can be used. An import rejects other hashes, and a login never runs them. */
import { needsRehash } from './hash.ts'
import type { ParsedHash } from './scheme.ts'
import { identify } from './schemes.ts'
import { unsupportedMessage } from './unsupported.ts'

/** The result of inspecting a stored hash without running it. */
export type Inspection = UsableHash | UnusableHash | RejectedHash

/** A hash that can be verified. */
export interface UsableHash extends ParsedHash {
  readonly status: 'usable'
  /** The name of its scheme. */
  readonly scheme: string
  /** It is neither argon2id of today's cost nor wrapped: `PasswordPool.wrap` puts argon2id around it. */
  readonly isWrappable: boolean
}

/** The user has no password on purpose, and must set one or log in in another way. */
export interface UnusableHash {
  readonly status: 'unusable'
}

/** A hash that cannot or must not be run. `message` follows the name of the hash in a sentence, and contains no part of the hash. */
export interface RejectedHash {
  readonly status: 'rejected'
  readonly message: string
  /** It is rejected only because it is weak: `allowWeakHashes` accepts it. */
  readonly isWeak: boolean
}

export interface InspectionOptions {
  /**
   * Whether hashes are usable that are hardly slower to guess than one digest. An import must wrap these before it stores them.
   * @default false
   */
  readonly allowWeakHashes?: boolean
}

const unusableMarks: ReadonlySet<string> = new Set(['', '*', 'x', 'null'])

/** Whether the stored password hash of a user can be used. Fast: nothing is hashed. */
export function inspectHash(hash: string | null, { allowWeakHashes = false }: InspectionOptions = {}): Inspection {
  if (hash === null || isUnusable(hash)) return { status: 'unusable' }

  const scheme = identify(hash)
  if (!scheme) return reject(unsupportedMessage(hash) ?? 'has a format that is not supported')
  const parsed = scheme.parse(hash)
  if (!parsed) return reject(`is not of the form ${scheme.form}`)
  if (parsed.exceedsCap) return reject(`is a ${scheme.name} hash that costs more than a login may`)
  if (parsed.isWeak && !allowWeakHashes) return reject(weakMessage(scheme.name), true)
  const usable = { ...parsed, scheme: scheme.name }
  return { status: 'usable', ...usable, isWrappable: scheme.name !== 'wrapped' && needsRehash(usable) }
}

/** Django writes '!' and random characters, shadow files '!' or '*', and '!' before the hash of a locked user; LDAP has the same behind a name. */
function isUnusable(hash: string): boolean {
  return unusableMarks.has(hash) || hash.startsWith('!') || /^\{CRYPT\}($|[!*]|x$)/i.test(hash)
}

function weakMessage(scheme: string): string {
  return `is a weak hash (${scheme}), which can be guessed too fast: --allow-weak-hashes imports it inside of argon2id`
}

function reject(message: string, isWeak = false): RejectedHash {
  return { status: 'rejected', message, isWeak }
}
