/** What a client may learn about a user: the standard claims (OIDC Core §5.1) and ours, and the scopes that give them (§5.4). */
import type { AttributeDeclarations, Attributes } from './attribute.ts'
import type { Profile } from './profile.ts'

/** The claims that each scope releases. */
export type ClaimsOfScope = Readonly<Record<string, readonly string[]>>

const standardClaimsOfScope: ClaimsOfScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  groups: ['groups'],
  roles: ['roles'],
}

/** What access tokens have, too, beside attributes: RFC 9068 §2.2.3.1 defines the two claims. */
export const membershipClaims: readonly string[] = ['groups', 'roles']

/** The standard claims about users, and ours. */
export const standardClaims: readonly string[] = Object.values(standardClaimsOfScope).flat()

/** The claims that each scope releases in a deployment with these attributes. */
export function claimsOfScopeWith(attributes: AttributeDeclarations): ClaimsOfScope {
  const claims = new Map(Object.entries(standardClaimsOfScope))
  for (const [name, { scope }] of Object.entries(attributes)) claims.set(scope, [...(claims.get(scope) ?? []), name])
  return Object.fromEntries(claims)
}

/** Every claim about users that a client can request. */
export function releasedClaims(claimsOfScope: ClaimsOfScope): readonly string[] {
  return Object.values(claimsOfScope).flat()
}

/** The claims of these scopes. */
export function claimsOfScopes(claimsOfScope: ClaimsOfScope, scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => (Object.hasOwn(claimsOfScope, scope) ? (claimsOfScope[scope] ?? []) : []))
}

/** The claims among `names` that these scopes give: a client cannot request other ones by name. */
export function claimsWithin(
  claimsOfScope: ClaimsOfScope,
  scopes: readonly string[],
  names: readonly string[],
): readonly string[] {
  const allowed = claimsOfScopes(claimsOfScope, scopes)
  return names.filter((name) => allowed.includes(name))
}

/** The scopes whose sentences describe these claims on the consent page. */
export function scopesOfClaims(claimsOfScope: ClaimsOfScope, claims: readonly string[]): readonly string[] {
  return Object.entries(claimsOfScope)
    .filter(([, names]) => names.some((name) => claims.includes(name)))
    .map(([scope]) => scope)
}

/** The names of a user's groups and roles. */
export interface Memberships {
  readonly groups: readonly string[]
  readonly roles: readonly string[]
}

/** What claims say about a user beside the profile. */
export interface AboutUser extends Memberships {
  readonly attributes: Attributes
}

/** The user's values for these claims, by wire name. OIDC Core §5.3.2: claims without a value are left out. */
export function claimsAbout(
  profile: Profile,
  { groups, roles, attributes }: AboutUser,
  names: readonly string[],
): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = {
    ...attributes,
    ...profile.claims,
    // Also without any: rules of other software fail where the claim is missing.
    groups,
    roles,
    name: profile.fullName,
    preferred_username: profile.username,
    updated_at: profile.updatedAt,
    email: profile.email,
    email_verified: profile.email === null ? null : profile.isEmailVerified,
  }
  const known = names.filter((name) => Object.hasOwn(values, name) && values[name] !== null && values[name] !== '')
  return Object.fromEntries(known.map((name) => [name, values[name]]))
}
