/** Scopes of this deployment (RFC 6749 §3.3). */

/** A scope's name and the sentence that tells a person what it allows. */
export type Scopes = Readonly<Record<string, string>>

/** The tutorial's two scopes, with its sentences. */
export const tutorialScopes: Scopes = {
  me: 'Read information about the current user.',
  items: 'Read items.',
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
  const names = (asked ?? '').split(' ').filter((name) => name !== '')
  // RFC 6749 §3.3: when the client omits the scope, process the request with a pre-defined default.
  if (names.length === 0) return defaults
  const wanted = new Set(names)
  for (const name of wanted) if (!allowed.includes(name)) return undefined
  return allowed.filter((name) => wanted.has(name))
}
