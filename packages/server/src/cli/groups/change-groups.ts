/** `countersign groups add`, `add-member`, `remove-member` and `delete`. */
import type { Context } from '../../context.ts'
import { printable } from '../../trace/format.ts'
import { addGroup, addMember, listMembers, removeGroup, removeMember } from '../../users/groups/groups.ts'
import { changeAll } from '../change-all.ts'
import { confirmDeletion } from '../terminal/confirm.ts'
import { print, printJson } from '../terminal/print.ts'
import { requireUsers } from '../users/require-user.ts'
import { withStore } from '../with-store.ts'
import { explainGroup } from './explain-group.ts'
import { groupJson } from './show-groups.ts'

export async function add(name: string, isJson: boolean): Promise<void> {
  const group = await withStore((store) => explainGroup(name, () => addGroup({ store, now: store.clock.now }, name)))
  if (isJson) printJson(groupJson(group))
  else print(printable(`Added the group ${name}.`))
}

export function addMembers(name: string, usernames: readonly string[]): Promise<void> {
  return changeMembers(name, usernames, addMember, (username) => `${username} is in ${name}.`)
}

export function removeMembers(name: string, usernames: readonly string[]): Promise<void> {
  return changeMembers(name, usernames, removeMember, (username) => `${username} is no longer in ${name}.`)
}

/** Changes the membership of all of the users, or of none when one of the usernames is unknown. */
function changeMembers(
  name: string,
  usernames: readonly string[],
  change: (ctx: Pick<Context, 'store' | 'now'>, name: string, userId: string) => Promise<void>,
  done: (username: string) => string,
): Promise<void> {
  return withStore(async (store) => {
    await changeAll(
      await requireUsers(store, usernames),
      ({ subject }) => explainGroup(name, () => change({ store, now: store.clock.now }, name, subject.id)),
      ({ profile }) => done(profile.username),
    )
  })
}

/** Deletes all of the groups, or none when one of the names is unknown. */
export function remove(named: readonly string[], isConfirmed: boolean): Promise<void> {
  return withStore(async (store) => {
    const names = [...new Set(named)]
    for (const name of names) await explainGroup(name, () => listMembers({ store }, name, { limit: 1 }))
    await confirmDeletion('group', names, isConfirmed)
    await changeAll(
      names,
      (name) => explainGroup(name, () => removeGroup({ store }, name)),
      (name) => `Deleted the group ${name}.`,
    )
  })
}
