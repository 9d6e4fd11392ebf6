/** What a user allows a client: scopes at each resource server. Consent for one is no consent for another. */

/** Scopes by resource server. `thisServer` stands for this server itself. */
export type Consent = ReadonlyMap<string, readonly string[]>

/** Instead of the issuer, which may change. No configured resource server has this name. */
export const thisServer = ''

/** Whether `given` contains all of `requested`. A request without scopes learns who the user is, so it needs consent as well. */
export function covers(given: Consent, requested: Consent): boolean {
  return [...requested].every(([resource, scopes]) => {
    const allowed = given.get(resource)
    return allowed !== undefined && scopes.every((scope) => allowed.includes(scope))
  })
}

/** Former consent stays. */
export function addConsent(given: Consent, more: Consent): Consent {
  const added = [...more].map(
    ([resource, scopes]) => [resource, [...new Set([...(given.get(resource) ?? []), ...scopes])]] as const,
  )
  return new Map([...given, ...added])
}
