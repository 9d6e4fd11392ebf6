/** The groups of an embedded server: the same operations as those of `countersign groups`. */
import type { Context } from '../context.ts'
import type { Group, GroupPage, MemberPage } from '../domain/group.ts'
import { type Paging, pagingNames } from '../domain/paging.ts'
import type { Run } from '../http/running.ts'
import { failInvalid } from '../users/groups/group-error.ts'
import {
  addGroup,
  addMember,
  groupsOfUser,
  listGroups,
  listMembers,
  removeGroup,
  removeMember,
} from '../users/groups/groups.ts'
import { requireOptions } from './require-options.ts'

/**
 * Each operation rejects with a `GroupError`, whose `problems` have a code, a field and a message. `userId` is the id of a user. An invalid
 * value has the code `invalid`. Tokens that are issued from then on have the change.
 */
export interface GroupOperations {
  /** Code: `taken`. */
  readonly create: (name: string) => Promise<Group>
  /** In the order of the names. */
  readonly list: (paging?: Paging) => Promise<GroupPage>
  /** Removes the group with its memberships, and its roles from the members. Code: `unknown_group`. */
  readonly remove: (name: string) => Promise<void>
  /** In the order of the usernames. Code: `unknown_group`. */
  readonly members: (name: string, paging?: Paging) => Promise<MemberPage>
  /** Does nothing for a user who is in the group. Codes: `unknown_group`, `unknown_user`. */
  readonly addMember: (name: string, userId: string) => Promise<void>
  /** Codes: `unknown_group`, `unknown_user`, `not_member`. */
  readonly removeMember: (name: string, userId: string) => Promise<void>
  /** The names of the user's groups, in order. Code: `unknown_user`. */
  readonly ofUser: (userId: string) => Promise<readonly string[]>
}

/** @internal */
export function groupOperations(ctx: Context, run: Run): GroupOperations {
  return {
    create: (name) => run(() => addGroup(ctx, name)),
    list: (paging = {}) =>
      run(() => {
        requireOptions(paging, pagingNames, failInvalid)
        return listGroups(ctx, paging)
      }),
    remove: (name) => run(() => removeGroup(ctx, name)),
    members: (name, paging = {}) =>
      run(() => {
        requireOptions(paging, pagingNames, failInvalid)
        return listMembers(ctx, name, paging)
      }),
    addMember: (name, userId) => run(() => addMember(ctx, name, userId)),
    removeMember: (name, userId) => run(() => removeMember(ctx, name, userId)),
    ofUser: (userId) => run(() => groupsOfUser(ctx, userId)),
  }
}
