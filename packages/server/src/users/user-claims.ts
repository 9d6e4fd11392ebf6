/** The values of a user's claims, as a client gets them. */
import type { Context } from '../context.ts'
import { claimsAbout } from '../domain/claims.ts'
import type { Client } from '../domain/client.ts'
import type { User } from '../domain/user.ts'
import { declaredOf } from './attributes.ts'

/** Reads the user's groups, roles and attributes only when `names` has them. */
export async function claimsOfUser(
  { store, config }: Pick<Context, 'store' | 'config'>,
  client: Client,
  { subject, profile }: User,
  names: readonly string[],
): Promise<Record<string, unknown>> {
  const { groupsPrefix = '' } = client
  const groups = names.includes('groups') ? await store.groups.ofUser(subject.id) : []
  const roles = names.includes('roles') ? await store.roles.ofUser(subject.id) : []
  const hasAttributes = names.some((name) => Object.hasOwn(config.attributes, name))
  const attributes = hasAttributes ? declaredOf(config.attributes, await store.attributes.find(subject.id)) : {}
  const about = { groups: groups.map((name) => `${groupsPrefix}${name}`), roles, attributes }
  return claimsAbout(profile, about, names)
}
