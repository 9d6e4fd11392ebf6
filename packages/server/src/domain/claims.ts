/** What a client may learn of a user: the standard claims (OIDC Core §5.1) and the scopes they come with (§5.4). */
import type { User } from './user.ts'

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
}

/** Every claim about users that can be asked for. */
export const standardClaims: readonly string[] = Object.values(claimsOfScope).flat()

/** The claims of these scopes. */
export function claimsOfScopes(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => (Object.hasOwn(claimsOfScope, scope) ? (claimsOfScope[scope] ?? []) : []))
}

/** Of the claims `names`, those that a client of these scopes may have: what no scope of its gives, it can't ask for one by one. */
export function claimsWithin(scopes: readonly string[], names: readonly string[]): readonly string[] {
  const allowed = claimsOfScopes(scopes)
  return names.filter((name) => allowed.includes(name))
}

/** The scopes whose sentences tell what these claims give away: a person consents to claims under those. */
export function scopesOfClaims(claims: readonly string[]): readonly string[] {
  return Object.entries(claimsOfScope)
    .filter(([, names]) => names.some((name) => claims.includes(name)))
    .map(([scope]) => scope)
}

/** The user's values for these claims, by wire name. OIDC Core §5.3.2: what has no value is left out. */
export function claimsAbout(user: User, names: readonly string[]): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = {
    ...user.profile,
    name: user.fullName,
    preferred_username: user.username,
    updated_at: user.updatedAt,
    email: user.email,
    email_verified: user.email === null ? null : user.isEmailVerified,
  }
  const known = names.filter((name) => Object.hasOwn(values, name) && values[name] !== null && values[name] !== '')
  return Object.fromEntries(known.map((name) => [name, values[name]]))
}
