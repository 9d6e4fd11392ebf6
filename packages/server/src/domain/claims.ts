/** What a client may learn about a user: the standard claims (OIDC Core §5.1) and ours, and the scopes that give them (§5.4). */
import type { Profile } from './profile.ts'

const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
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

/** What access tokens have, too: RFC 9068 §2.2.3.1 defines the two claims. */
export const membershipClaims: readonly string[] = ['groups', 'roles']

/** Every claim about users that a client can request. */
export const releasedClaims: readonly string[] = Object.values(claimsOfScope).flat()

/** The claims of these scopes. */
export function claimsOfScopes(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => (Object.hasOwn(claimsOfScope, scope) ? (claimsOfScope[scope] ?? []) : []))
}

/** The claims among `names` that these scopes give: a client cannot request other ones by name. */
export function claimsWithin(scopes: readonly string[], names: readonly string[]): readonly string[] {
  const allowed = claimsOfScopes(scopes)
  return names.filter((name) => allowed.includes(name))
}

/** The scopes whose sentences describe these claims on the consent page. */
export function scopesOfClaims(claims: readonly string[]): readonly string[] {
  return Object.entries(claimsOfScope)
    .filter(([, names]) => names.some((name) => claims.includes(name)))
    .map(([scope]) => scope)
}

/** The names of a user's groups and roles. */
export interface Memberships {
  readonly groups: readonly string[]
  readonly roles: readonly string[]
}

/** The user's values for these claims, by wire name. OIDC Core §5.3.2: claims without a value are left out. */
export function claimsAbout(
  profile: Profile,
  memberships: Memberships,
  names: readonly string[],
): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = {
    ...profile.claims,
    // Also without any: rules of other software fail where the claim is missing.
    ...memberships,
    name: profile.fullName,
    preferred_username: profile.username,
    updated_at: profile.updatedAt,
    email: profile.email,
    email_verified: profile.email === null ? null : profile.isEmailVerified,
  }
  const known = names.filter((name) => Object.hasOwn(values, name) && values[name] !== null && values[name] !== '')
  return Object.fromEntries(known.map((name) => [name, values[name]]))
}
