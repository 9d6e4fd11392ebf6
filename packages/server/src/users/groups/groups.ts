/** Groups of users: added, removed, and who is in them. */
import type { Context } from '../../context.ts'
import { type Group, type GroupPage, type MemberPage, ownMembership } from '../../domain/group.ts'
import { identifierProblem } from '../../domain/identifier.ts'
import { type Paging, pagingProblem } from '../../domain/paging.ts'
import { isConflict } from '../../store/errors.ts'
import type { Tables } from '../../store/tables.ts'
import { failGroup, failInvalid, failUnknownGroup, GroupError, requireName } from './group-error.ts'

type StoreContext = Pick<Context, 'store'>
type WriteContext = Pick<Context, 'store' | 'now'>

/** @throws GroupError `invalid`, `taken` */
export async function addGroup({ store, now }: WriteContext, name: string): Promise<Group> {
  requireName('group', name)
  const group = { name, createdAt: Math.floor(now()) }
  try {
    await store.groups.insert(group)
  } catch (error) {
    if (!isConflict(error)) throw error
    throw new GroupError([{ code: 'taken', field: 'group', message: 'is the name of another group' }], { cause: error })
  }
  return group
}

/** Removes the group with its memberships, and its roles from the members. @throws GroupError `invalid`, `unknown_group` */
export async function removeGroup({ store }: StoreContext, name: string): Promise<void> {
  requireName('group', name)
  if (!(await store.groups.remove(name))) failUnknownGroup()
}

/** In the order of the names. @throws GroupError `invalid` */
export async function listGroups({ store }: StoreContext, paging: Paging = {}): Promise<GroupPage> {
  const { limit, after } = requirePaging(paging)
  const groups = await store.groups.list(limit, after)
  return { groups, next: groups.length < limit ? undefined : groups.at(-1)?.name }
}

/** In the order of the usernames. @throws GroupError `invalid`, `unknown_group` */
export async function listMembers({ store }: StoreContext, name: string, paging: Paging = {}): Promise<MemberPage> {
  requireName('group', name)
  const { limit, after } = requirePaging(paging)
  if (!(await store.groups.lock(name))) failUnknownGroup()
  const members = await store.groups.members(name, limit, after)
  return { members, next: members.length < limit ? undefined : members.at(-1)?.username }
}

/** Does nothing for a user who is in the group. @throws GroupError `invalid`, `unknown_group`, `unknown_user` */
export async function addMember({ store, now }: WriteContext, name: string, userId: string): Promise<void> {
  requireName('group', name)
  await store.transaction(async (tables) => {
    if (!(await tables.groups.lock(name))) failUnknownGroup()
    await requireUser(tables, userId)
    await tables.groups.addMember(name, userId, ownMembership, Math.floor(now()))
  })
}

/** @throws GroupError `invalid`, `unknown_group`, `unknown_user`, `not_member` */
export async function removeMember({ store }: StoreContext, name: string, userId: string): Promise<void> {
  requireName('group', name)
  await store.transaction(async (tables) => {
    if (!(await tables.groups.lock(name))) failUnknownGroup()
    await requireUser(tables, userId)
    const sources = await tables.groups.sources(name, userId)
    if (sources.length === 0) failGroup('not_member', 'userId', 'is not in the group')
    if (!sources.includes(ownMembership)) {
      failGroup(
        'not_member',
        'userId',
        `is in the group because the directory ${sources.join(', ')} says so: change it there`,
      )
    }
    await tables.groups.removeMember(name, userId, ownMembership)
  })
}

/** The names of the groups that the user is in, in order. @throws GroupError `invalid`, `unknown_user` */
export async function groupsOfUser({ store }: StoreContext, userId: string): Promise<readonly string[]> {
  await requireUser(store, userId)
  return await store.groups.ofUser(userId)
}

/** @throws GroupError `invalid`, `unknown_user` */
export async function requireUser({ subjects }: Pick<Tables, 'subjects'>, userId: unknown): Promise<void> {
  const message = identifierProblem(userId)
  if (message !== undefined) failInvalid('userId', message)
  if (!(await subjects.find(String(userId)))) failGroup('unknown_user', 'userId', 'is not the id of a user')
}

/** @throws GroupError `invalid` */
export function requirePaging(paging: Paging): { readonly limit: number; readonly after: string | undefined } {
  const problem = pagingProblem(paging)
  if (problem) failInvalid(problem.field, problem.message)
  const { limit = 100, after } = paging
  return { limit, after }
}
