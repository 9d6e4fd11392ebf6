/** `countersign roles list` and `show`. */
import { countersign } from '../../config/called-as.ts'
import type { Role } from '../../domain/group.ts'
import type { Store } from '../../store/open.ts'
import { groupsWithRole, listRoles, usersWithRole } from '../../users/groups/roles.ts'
import { type List, printFields, printList } from '../terminal/list.ts'
import { printJson } from '../terminal/print.ts'
import { time } from '../time.ts'
import { withStore } from '../with-store.ts'
import { explainGroup } from './explain-group.ts'

export function roleJson({ name, createdAt }: Role): Readonly<Record<string, unknown>> {
  return { name, created_at: time(createdAt) }
}

const table: List<Role> = {
  columns: [
    { title: 'ROLE', text: ({ name }) => name },
    { title: 'SINCE', text: ({ createdAt }) => time(createdAt), style: () => 'dim' },
  ],
  json: roleJson,
  whenEmpty: `There are no roles. Add one: ${countersign} roles add NAME`,
}

export function list(isJson: boolean): Promise<void> {
  return withStore((store) => printList(table, allRoles(store), isJson))
}

async function* allRoles(store: Store): AsyncGenerator<Role> {
  let after: string | undefined
  do {
    const page = await listRoles({ store }, { limit: 500, after })
    yield* page.roles
    after = page.next
  } while (after !== undefined)
}

export function show(name: string, isJson: boolean): Promise<void> {
  return withStore((store) =>
    explainGroup(name, async () => {
      const groups = await groupsWithRole({ store }, name)
      const usernames = await allUsernames(store, name)
      if (isJson) return printJson({ name, groups, users: usernames })
      printFields([
        ['role', name],
        ...groups.map((group) => ['group', group] as const),
        ...usernames.map((username) => ['user', username] as const),
      ])
    }),
  )
}

async function allUsernames(store: Store, name: string): Promise<readonly string[]> {
  const usernames: string[] = []
  let after: string | undefined
  do {
    const page = await usersWithRole({ store }, name, { limit: 500, after })
    usernames.push(...page.users.map(({ username }) => username))
    after = page.next
  } while (after !== undefined)
  return usernames
}
