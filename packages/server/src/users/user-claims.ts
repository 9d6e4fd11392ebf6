/** The values of a user's claims, as a client gets them. */
import type { Context } from '../context.ts'
import { claimsAbout, type Memberships } from '../domain/claims.ts'
import type { Client } from '../domain/client.ts'
import type { User } from '../domain/user.ts'

/** Reads the user's groups and roles only when `names` has them. */
export async function claimsOfUser(
  { store }: Pick<Context, 'store'>,
  client: Client,
  { subject, profile }: User,
  names: readonly string[],
): Promise<Record<string, unknown>> {
  const { groupsPrefix = '' } = client
  const groups = names.includes('groups') ? await store.groups.ofUser(subject.id) : []
  const roles = names.includes('roles') ? await store.roles.ofUser(subject.id) : []
  const memberships: Memberships = { groups: groups.map((name) => `${groupsPrefix}${name}`), roles }
  return claimsAbout(profile, memberships, names)
}
