/** `countersign users disable`, `enable`, `unlock` and `delete`: one change of several users. */
import type { Context } from '../../context.ts'
import { unlockUser } from '../../login/unlock-user.ts'
import { disableUser, enableUser } from '../../users/disable-user.ts'
import { removeUser } from '../../users/remove-user.ts'
import { changeAll } from '../change-all.ts'
import { confirmDeletion } from '../terminal/confirm.ts'
import { withStore } from '../with-store.ts'
import { explainUser } from './explain-user.ts'
import { requireUsers } from './require-user.ts'

export function disable(usernames: readonly string[]): Promise<void> {
  return changeEach(usernames, 'Disabled', disableUser)
}

export function enable(usernames: readonly string[]): Promise<void> {
  return changeEach(usernames, 'Enabled', enableUser)
}

export function unlock(usernames: readonly string[]): Promise<void> {
  return changeEach(usernames, 'Unlocked', unlockUser)
}

export function remove(usernames: readonly string[], isConfirmed: boolean): Promise<void> {
  return changeEach(usernames, 'Deleted', removeUser, (found) => confirmDeletion('user', found, isConfirmed))
}

/** Changes all of the users, or none when one of the usernames is unknown or `confirm` throws. */
function changeEach(
  usernames: readonly string[],
  done: string,
  change: (ctx: Pick<Context, 'store' | 'now'>, id: string) => Promise<void>,
  confirm: (usernames: readonly string[]) => Promise<void> = async () => {},
): Promise<void> {
  return withStore(async (store) => {
    const found = await requireUsers(store, usernames)
    await confirm(found.map(({ profile }) => profile.username))
    await changeAll(
      found,
      ({ subject }) => explainUser(() => change({ store, now: store.clock.now }, subject.id)),
      ({ profile }) => `${done} ${profile.username}.`,
    )
  })
}
