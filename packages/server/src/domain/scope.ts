/** Scopes of this deployment (RFC 6749 §3.3). */

/** A scope's name and the sentence that tells a person what it allows. */
export type Scopes = Readonly<Record<string, string>>

/** The tutorial's two scopes, with its sentences. */
export const tutorialScopes: Scopes = {
  me: 'Read information about the current user.',
  items: 'Read items.',
}

/** The scopes that OpenID Connect defines (OIDC Core §3.1.2.1, §5.4, §11): every deployment has them. */
export const openIdScopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

/** The names in the text of the wire, of a registration or of the database (RFC 6749 §3.3). */
export function scopesIn(scope: string | null | undefined): readonly string[] {
  return (scope ?? '').split(' ').filter((name) => name !== '')
}

/** All scopes that a client of a deployment with these scopes of its own may be given. */
export function knownScopes(own: Scopes): readonly string[] {
  return [...openIdScopes, ...Object.keys(own)]
}

/** The deployment's own among the scopes of a client: what a token without a login can have. */
export function ownScopesOf(clientScopes: readonly string[], own: Scopes): readonly string[] {
  return Object.keys(own).filter((name) => clientScopes.includes(name))
}

/**
 * What a request for `asked` is granted out of `allowed`: all defaults when nothing is asked,
 * `undefined` when something is asked that may not be had. Order and repetition do not matter.
 */
export function grantScopes(
  asked: string | undefined,
  allowed: readonly string[],
  defaults: readonly string[],
): readonly string[] | undefined {
  const names = scopesIn(asked)
  // RFC 6749 §3.3: when the client omits the scope, process the request with a pre-defined default.
  if (names.length === 0) return defaults
  const wanted = new Set(names)
  for (const name of wanted) if (!allowed.includes(name)) return undefined
  return allowed.filter((name) => wanted.has(name))
}
