/** Roles: added, removed, and who has them. */
import type { Context } from '../../context.ts'
import type { Role, RoleHolder, RolePage, RoleUserPage } from '../../domain/group.ts'
import type { Paging } from '../../domain/paging.ts'
import { isConflict } from '../../store/errors.ts'
import type { Tables } from '../../store/tables.ts'
import { failGroup, failInvalid, failUnknownGroup, failUnknownRole, GroupError, requireName } from './group-error.ts'
import { requirePaging, requireUser } from './groups.ts'

type StoreContext = Pick<Context, 'store'>
type WriteContext = Pick<Context, 'store' | 'now'>

/** @throws GroupError `invalid`, `taken` */
export async function addRole({ store, now }: WriteContext, name: string): Promise<Role> {
  requireName('role', name)
  const role = { name, createdAt: Math.floor(now()) }
  try {
    await store.roles.insert(role)
  } catch (error) {
    if (!isConflict(error)) throw error
    throw new GroupError([{ code: 'taken', field: 'role', message: 'is the name of another role' }], { cause: error })
  }
  return role
}

/** Removes the role from everybody. @throws GroupError `invalid`, `unknown_role` */
export async function removeRole({ store }: StoreContext, name: string): Promise<void> {
  requireName('role', name)
  if (!(await store.roles.remove(name))) failUnknownRole()
}

/** In the order of the names. @throws GroupError `invalid` */
export async function listRoles({ store }: StoreContext, paging: Paging = {}): Promise<RolePage> {
  const { limit, after } = requirePaging(paging)
  const roles = await store.roles.list(limit, after)
  return { roles, next: roles.length < limit ? undefined : roles.at(-1)?.name }
}

/** The groups that have a role. @throws GroupError `invalid`, `unknown_role` */
export async function groupsWithRole({ store }: StoreContext, name: string): Promise<readonly string[]> {
  requireName('role', name)
  if (!(await store.roles.lock(name))) failUnknownRole()
  return await store.roles.groups(name)
}

/** The users who have a role by themselves, in the order of the usernames. @throws GroupError `invalid`, `unknown_role` */
export async function usersWithRole({ store }: StoreContext, name: string, paging: Paging = {}): Promise<RoleUserPage> {
  requireName('role', name)
  const { limit, after } = requirePaging(paging)
  if (!(await store.roles.lock(name))) failUnknownRole()
  const users = await store.roles.users(name, limit, after)
  return { users, next: users.length < limit ? undefined : users.at(-1)?.username }
}

/** Does nothing when it is so already. @throws GroupError `invalid`, `unknown_role`, `unknown_group`, `unknown_user` */
export async function assignRole({ store, now }: WriteContext, name: string, holder: RoleHolder): Promise<void> {
  requireName('role', name)
  await store.transaction(async (tables) => {
    if (!(await tables.roles.lock(name))) failUnknownRole()
    await requireHolder(tables, holder)
    await tables.roles.assign(name, holder, Math.floor(now()))
  })
}

/** @throws GroupError `invalid`, `unknown_role`, `unknown_group`, `unknown_user`, `not_assigned` */
export async function unassignRole({ store }: StoreContext, name: string, holder: RoleHolder): Promise<void> {
  requireName('role', name)
  await store.transaction(async (tables) => {
    if (!(await tables.roles.lock(name))) failUnknownRole()
    await requireHolder(tables, holder)
    if (await tables.roles.unassign(name, holder)) return
    if ('userId' in holder) failGroup('not_assigned', 'userId', 'does not have the role by itself')
    failGroup('not_assigned', 'group', 'does not have the role')
  })
}

/** The user's own roles and those of the user's groups, in order. @throws GroupError `invalid`, `unknown_user` */
export async function rolesOfUser({ store }: StoreContext, userId: string): Promise<readonly string[]> {
  await requireUser(store, userId)
  return await store.roles.ofUser(userId)
}

/** The roles that are assigned to the group, in order. @throws GroupError `invalid`, `unknown_group` */
export async function rolesOfGroup({ store }: StoreContext, group: string): Promise<readonly string[]> {
  requireName('group', group)
  if (!(await store.groups.lock(group))) failUnknownGroup()
  return await store.roles.ofGroup(group)
}

async function requireHolder(tables: Tables, holder: RoleHolder): Promise<void> {
  if (typeof holder !== 'object' || holder === null || 'userId' in holder === 'group' in holder) {
    failInvalid('holder', 'must be { userId } or { group }')
  }
  if ('userId' in holder) return await requireUser(tables, holder.userId)
  requireName('group', holder.group)
  if (!(await tables.groups.lock(holder.group))) failUnknownGroup()
}
