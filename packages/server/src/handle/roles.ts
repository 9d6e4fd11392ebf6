/** The roles of an embedded server: the same operations as those of `countersign roles`. */
import type { Context } from '../context.ts'
import type { Role, RoleHolder, RolePage, RoleUserPage } from '../domain/group.ts'
import { type Paging, pagingNames } from '../domain/paging.ts'
import type { Run } from '../http/running.ts'
import { failInvalid } from '../users/groups/group-error.ts'
import {
  addRole,
  assignRole,
  groupsWithRole,
  listRoles,
  removeRole,
  rolesOfGroup,
  rolesOfUser,
  unassignRole,
  usersWithRole,
} from '../users/groups/roles.ts'
import { requireOptions } from './require-options.ts'

/**
 * Each operation rejects with a `GroupError`, whose `problems` have a code, a field and a message. An invalid value has the code `invalid`.
 * Tokens that are issued from then on have the change.
 */
export interface RoleOperations {
  /** Code: `taken`. */
  readonly create: (name: string) => Promise<Role>
  /** In the order of the names. */
  readonly list: (paging?: Paging) => Promise<RolePage>
  /** Removes the role from everybody. Code: `unknown_role`. */
  readonly remove: (name: string) => Promise<void>
  /** The users who have the role by themselves, in the order of the usernames. Code: `unknown_role`. */
  readonly users: (name: string, paging?: Paging) => Promise<RoleUserPage>
  /** The groups that have the role, in order. Code: `unknown_role`. */
  readonly groups: (name: string) => Promise<readonly string[]>
  /** Does nothing when it is so already. Codes: `unknown_role`, `unknown_group`, `unknown_user`. */
  readonly assign: (name: string, holder: RoleHolder) => Promise<void>
  /** Codes: `unknown_role`, `unknown_group`, `unknown_user`, `not_assigned`. */
  readonly unassign: (name: string, holder: RoleHolder) => Promise<void>
  /** The user's own roles and those of the user's groups, in order. Code: `unknown_user`. */
  readonly ofUser: (userId: string) => Promise<readonly string[]>
  /** The roles that are assigned to the group, in order. Code: `unknown_group`. */
  readonly ofGroup: (group: string) => Promise<readonly string[]>
}

/** @internal */
export function roleOperations(ctx: Context, run: Run): RoleOperations {
  return {
    create: (name) => run(() => addRole(ctx, name)),
    list: (paging = {}) =>
      run(() => {
        requireOptions(paging, pagingNames, failInvalid)
        return listRoles(ctx, paging)
      }),
    remove: (name) => run(() => removeRole(ctx, name)),
    users: (name, paging = {}) =>
      run(() => {
        requireOptions(paging, pagingNames, failInvalid)
        return usersWithRole(ctx, name, paging)
      }),
    groups: (name) => run(() => groupsWithRole(ctx, name)),
    assign: (name, holder) => run(() => assignRole(ctx, name, holder)),
    unassign: (name, holder) => run(() => unassignRole(ctx, name, holder)),
    ofUser: (userId) => run(() => rolesOfUser(ctx, userId)),
    ofGroup: (group) => run(() => rolesOfGroup(ctx, group)),
  }
}
