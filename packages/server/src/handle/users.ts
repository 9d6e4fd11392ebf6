/** The users of an embedded server: the same operations as those of `countersign users`. */
import type { Context } from '../context.ts'
import type { Attributes } from '../domain/attribute.ts'
import { type Paging, pagingNames } from '../domain/paging.ts'
import { accountOf, type UserAccount } from '../domain/user-account.ts'
import type { Run } from '../http/running.ts'
import { unlockUser } from '../login/unlock-user.ts'
import { addUser, type NewUser } from '../users/add-user.ts'
import { attributesOf } from '../users/attributes.ts'
import { disableUser, enableUser } from '../users/disable-user.ts'
import { findUserById, findUserByName, listUsers } from '../users/find-users.ts'
import { removeUser } from '../users/remove-user.ts'
import { setPassword } from '../users/set-password.ts'
import { type UserFields, updateUser } from '../users/update-user.ts'
import { failInvalid, failUnknownUser } from '../users/user-problem.ts'
import { requireOptions } from './require-options.ts'

export interface UserAccountPage {
  readonly users: readonly UserAccount[]
  /** `after` of the next page; `undefined` on the last page. */
  readonly next: string | undefined
}

/**
 * Each operation rejects with a `UserError`, whose `problems` have a code, a field and a message. `id` is the id of a user. An
 * invalid value has the code `invalid`.
 */
export interface UserOperations {
  /** Adds a user with a random id. Codes: `invalid`, `missing`, `taken`. */
  readonly create: (user: NewUser) => Promise<UserAccount>
  readonly find: (by: { readonly id: string } | { readonly username: string }) => Promise<UserAccount | undefined>
  /** In the order of the usernames. */
  readonly list: (paging?: Paging) => Promise<UserAccountPage>
  /** Fields that are left out stay as they are. Codes: `invalid`, `missing`, `unknown_user`. */
  readonly update: (id: string, fields: UserFields) => Promise<UserAccount>
  /** The values of the attributes that are declared. Code: `unknown_user`. */
  readonly attributes: (id: string) => Promise<Attributes>
  /** Ends the user's sessions, grants and tokens. Codes: `invalid`, `unknown_user`. */
  readonly setPassword: (id: string, password: string) => Promise<void>
  /** Ends the user's sessions; the user's tokens are rejected. Code: `unknown_user`. */
  readonly disable: (id: string) => Promise<void>
  /** Code: `unknown_user`. */
  readonly enable: (id: string) => Promise<void>
  /** Forgets the failed login attempts of the user. Code: `unknown_user`. */
  readonly unlock: (id: string) => Promise<void>
  /** Removes the user with everything that belongs to them. Code: `unknown_user`. */
  readonly remove: (id: string) => Promise<void>
}

/** @internal */
export function userOperations(ctx: Context, run: Run): UserOperations {
  return {
    create: (user) => run(async () => accountOf(await addUser(ctx, user))),
    find: (by) =>
      run(async () => {
        requireOptions(by, ['id', 'username'], failInvalid)
        const user = 'id' in by ? await findUserById(ctx, by.id) : await findUserByName(ctx, by.username)
        return user && accountOf(user)
      }),
    list: (paging = {}) =>
      run(async () => {
        requireOptions(paging, pagingNames, failInvalid)
        const { users, next } = await listUsers(ctx, paging)
        return { users: users.map(accountOf), next }
      }),
    update: (id, fields) =>
      run(async () => {
        await updateUser(ctx, id, fields)
        return accountOf((await findUserById(ctx, id)) ?? failUnknownUser())
      }),
    attributes: (id) => run(() => attributesOf(ctx, id)),
    setPassword: (id, password) => run(() => setPassword(ctx, id, password)),
    disable: (id) => run(() => disableUser(ctx, id)),
    enable: (id) => run(() => enableUser(ctx, id)),
    unlock: (id) => run(() => unlockUser(ctx, id)),
    remove: (id) => run(() => removeUser(ctx, id)),
  }
}
