/** What a user allows a client: at each resource server some scopes. What is allowed at one is not allowed at another. */

/** Scopes by the resource server that they are for; those for this server itself by `thisServer`. */
export type Consent = ReadonlyMap<string, readonly string[]>

/** In place of the issuer, which may change. No resource server of the configuration has this name. */
export const thisServer = ''

/** Whether all of `asked` was given. Who asks for no scope asks for who the user is, all the same: that must have been allowed, too. */
export function covers(given: Consent, asked: Consent): boolean {
  return [...asked].every(([resource, scopes]) => {
    const allowed = given.get(resource)
    return allowed !== undefined && scopes.every((scope) => allowed.includes(scope))
  })
}

/** What was given before stays given. */
export function addConsent(given: Consent, more: Consent): Consent {
  const added = [...more].map(
    ([resource, scopes]) => [resource, [...new Set([...(given.get(resource) ?? []), ...scopes])]] as const,
  )
  return new Map([...given, ...added])
}
