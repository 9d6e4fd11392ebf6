/** `countersign groups list` and `show`. */
import { countersign } from '../../config/called-as.ts'
import { type Group, type Member, ownMembership } from '../../domain/group.ts'
import type { Store } from '../../store/open.ts'
import { listGroups, listMembers } from '../../users/groups/groups.ts'
import { rolesOfGroup } from '../../users/groups/roles.ts'
import { type List, paint, printFields, printList } from '../terminal/list.ts'
import { print, printJson } from '../terminal/print.ts'
import { time } from '../time.ts'
import { withStore } from '../with-store.ts'
import { explainGroup } from './explain-group.ts'

export function groupJson({ name, createdAt }: Group): Readonly<Record<string, unknown>> {
  return { name, created_at: time(createdAt) }
}

const table: List<Group> = {
  columns: [
    { title: 'GROUP', text: ({ name }) => name },
    { title: 'SINCE', text: ({ createdAt }) => time(createdAt), style: () => 'dim' },
  ],
  json: groupJson,
  whenEmpty: `There are no groups. Add one: ${countersign} groups add NAME`,
}

export function list(isJson: boolean): Promise<void> {
  return withStore((store) => printList(table, allGroups(store), isJson))
}

async function* allGroups(store: Store): AsyncGenerator<Group> {
  let after: string | undefined
  do {
    const page = await listGroups({ store }, { limit: 500, after })
    yield* page.groups
    after = page.next
  } while (after !== undefined)
}

export function show(name: string, isJson: boolean): Promise<void> {
  return withStore((store) =>
    explainGroup(name, async () => {
      const roles = await rolesOfGroup({ store }, name)
      const members = await allMembers(store, name)
      if (isJson) printJson({ name, roles, members: members.map(memberJson) })
      else printGroup(name, roles, members)
    }),
  )
}

async function allMembers(store: Store, name: string): Promise<readonly Member[]> {
  const members: Member[] = []
  let after: string | undefined
  do {
    const page = await listMembers({ store }, name, { limit: 500, after })
    members.push(...page.members)
    after = page.next
  } while (after !== undefined)
  return members
}

function memberJson({ userId, username, sources }: Member) {
  return { id: userId, username, sources }
}

function printGroup(name: string, roles: readonly string[], members: readonly Member[]): void {
  printFields([
    ['group', name],
    ['roles', roles.join(', ') || '-'],
    ['members', String(members.length)],
  ])
  if (members.length === 0) return
  print(paint('dim', 'members'))
  printFields(members.map(({ username, sources }) => [`  ${username}`, sources.map(sourceText).join(', ')]))
}

function sourceText(source: string): string {
  return source === ownMembership ? 'own' : `directory ${source}`
}
