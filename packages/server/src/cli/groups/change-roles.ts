/** `countersign roles add`, `assign`, `unassign` and `delete`. */
import type { Context } from '../../context.ts'
import type { RoleHolder } from '../../domain/group.ts'
import { printable } from '../../trace/format.ts'
import { addRole, assignRole, groupsWithRole, removeRole, unassignRole } from '../../users/groups/roles.ts'
import { changeAll } from '../change-all.ts'
import { UsageError } from '../command-error.ts'
import { confirmDeletion } from '../terminal/confirm.ts'
import { print, printJson } from '../terminal/print.ts'
import { requireUsers } from '../users/require-user.ts'
import { withStore } from '../with-store.ts'
import { explainGroup } from './explain-group.ts'
import { roleJson } from './show-roles.ts'

export async function add(name: string, isJson: boolean): Promise<void> {
  const role = await withStore((store) => explainGroup(name, () => addRole({ store, now: store.clock.now }, name)))
  if (isJson) printJson(roleJson(role))
  else print(printable(`Added the role ${name}.`))
}

/** Who the flags of a command line name. */
export type HolderFlags = {
  readonly user?: readonly string[] | undefined
  readonly group?: readonly string[] | undefined
}

export function assign(name: string, flags: HolderFlags): Promise<void> {
  return changeHolders(name, flags, assignRole, (holder) => `${holder} has the role ${name}.`)
}

export function unassign(name: string, flags: HolderFlags): Promise<void> {
  return changeHolders(name, flags, unassignRole, (holder) => `${holder} no longer has the role ${name}.`)
}

async function changeHolders(
  name: string,
  { user: usernames = [], group: groups = [] }: HolderFlags,
  change: (ctx: Pick<Context, 'store' | 'now'>, name: string, holder: RoleHolder) => Promise<void>,
  done: (holder: string) => string,
): Promise<void> {
  if (usernames.length + groups.length === 0) throw new UsageError('Name who with --user or --group.')
  await withStore(async (store) => {
    const users = await requireUsers(store, usernames)
    const holders = [
      ...users.map(({ subject, profile }) => ({ shown: profile.username, holder: { userId: subject.id } })),
      ...groups.map((group) => ({ shown: `The group ${group}`, holder: { group } })),
    ]
    await changeAll(
      holders,
      ({ holder }) => explainGroup(name, () => change({ store, now: store.clock.now }, name, holder)),
      ({ shown }) => done(shown),
    )
  })
}

/** Deletes all of the roles, or none when one of the names is unknown. */
export function remove(named: readonly string[], isConfirmed: boolean): Promise<void> {
  return withStore(async (store) => {
    const names = [...new Set(named)]
    for (const name of names) await explainGroup(name, () => groupsWithRole({ store }, name))
    await confirmDeletion('role', names, isConfirmed)
    await changeAll(
      names,
      (name) => explainGroup(name, () => removeRole({ store }, name)),
      (name) => `Deleted the role ${name}.`,
    )
  })
}
