/** The scopes of this deployment (RFC 6749 §3.3). */
import type { Translated } from './translated.ts'

/** The names of scopes, each with the sentence that tells a user what it allows. */
export type Scopes = Readonly<Record<string, Translated>>

/** The tutorial's two scopes, with the tutorial's sentences. */
export const tutorialScopes: Scopes = {
  me: 'Read information about the current user.',
  items: 'Read items.',
}

/** The scopes that OpenID Connect defines (OIDC Core §3.1.2.1, §5.4, §11). Every deployment has them. */
export const openIdScopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

/** Ours: they give the claims of the same names. A deployment may have a sentence of its own for them. */
const membershipScopes: readonly string[] = ['groups', 'roles']

/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
export function isScopeName(name: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)
}

/** The names in a `scope` text (RFC 6749 §3.3). */
export function scopesIn(scope: string | null | undefined): readonly string[] {
  return (scope ?? '').split(' ').filter((name) => name !== '')
}

/** All scopes that a client may have in a deployment with these scopes of its own. */
export function knownScopes(own: Scopes): readonly string[] {
  return [...new Set([...openIdScopes, ...membershipScopes, ...Object.keys(own)])]
}

/** The client's scopes without those that are about users: what a token without a login can have. */
export function ownScopesOf(clientScopes: readonly string[], own: Scopes): readonly string[] {
  return Object.keys(own).filter((name) => clientScopes.includes(name))
}

/**
 * The scopes that a request for `requested` gets: the defaults when it names none, `undefined` when one of them is not in `allowed`.
 * Order and repetition do not matter.
 */
export function grantScopes(
  requested: string | undefined,
  allowed: readonly string[],
  defaults: readonly string[],
): readonly string[] | undefined {
  const isAllowed = scopesIn(requested).every((name) => allowed.includes(name))
  return isAllowed ? availableScopes(requested, allowed, defaults) : undefined
}

/** The same without those that are not in `allowed`: `undefined` only when nothing is left. */
export function availableScopes(
  requested: string | undefined,
  allowed: readonly string[],
  defaults: readonly string[],
): readonly string[] | undefined {
  const wanted = new Set(scopesIn(requested))
  // RFC 6749 §3.3: when the client omits the scope, process the request with a pre-defined default.
  if (wanted.size === 0) return defaults
  const available = allowed.filter((name) => wanted.has(name))
  return available.length > 0 ? available : undefined
}
