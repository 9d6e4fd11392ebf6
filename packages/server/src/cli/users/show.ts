/** `countersign users show`. */
import type { AboutUser } from '../../domain/claims.ts'
import type { User } from '../../domain/user.ts'
import { inspectPassword } from '../../users/find-users.ts'
import { paint, printFields } from '../terminal/list.ts'
import { print, printJson } from '../terminal/print.ts'
import { time } from '../time.ts'
import { withStore } from '../with-store.ts'
import { requireUser } from './require-user.ts'
import { stateOf, userJson } from './user-json.ts'

export function show(username: string, isJson: boolean): Promise<void> {
  return withStore(async (store) => {
    const user = await requireUser(store, username)
    const password = await inspectPassword({ store }, user.subject.id)
    const scheme = password.status === 'usable' ? password.scheme : null
    const groups = await store.groups.ofUser(user.subject.id)
    const roles = await store.roles.ofUser(user.subject.id)
    const attributes = await store.attributes.find(user.subject.id)
    const link = await store.directoryLinks.find(user.subject.id)
    const directory = link?.migratedAt === null ? link.directory : null
    if (isJson) printJson({ ...userJson(user), password: scheme, directory, groups, roles, attributes })
    else printUser(user, describePassword(scheme, directory), { groups, roles, attributes })
  })
}

function describePassword(scheme: string | null, directory: string | null): string {
  if (directory !== null) return `that of the directory ${directory}`
  return scheme ?? 'none: must be set before a login'
}

function printUser({ subject, profile }: User, password: string, { groups, roles, attributes }: AboutUser): void {
  printFields([
    ['username', profile.username],
    ['id', subject.id],
    ['full name', profile.fullName ?? '-'],
    ['email', `${profile.email ?? '-'}${profile.email !== null && profile.isEmailVerified ? ', verified' : ''}`],
    ['state', stateOf({ subject })],
    ['password', password],
    ['groups', groups.join(', ') || '-'],
    ['roles', roles.join(', ') || '-'],
    ['created', time(subject.createdAt)],
    ['changed', time(profile.updatedAt)],
  ])
  printValues('claims', profile.claims)
  printValues('attributes', attributes)
}

function printValues(title: string, values: Readonly<Record<string, unknown>>): void {
  const fields = Object.entries(values)
  if (fields.length === 0) return
  print(paint('dim', title))
  printFields(fields.map(([name, value]) => [`  ${name}`, typeof value === 'string' ? value : JSON.stringify(value)]))
}
