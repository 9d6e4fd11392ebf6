/** `countersign users ...`: users, by an operator. */
import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { profileClaims } from '../domain/change-claims.ts'
import type { User } from '../domain/user.ts'
import { systemClock, systemRandom } from '../environment.ts'
import { createPasswordPool } from '../passwords/pool.ts'
import type { Store } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import { addUser, requireUsername } from '../users/add-user.ts'
import { disableUser, enableUser } from '../users/disable-user.ts'
import { inspectPassword, listUsers } from '../users/find-users.ts'
import { removeUser } from '../users/remove-user.ts'
import { setPassword } from '../users/set-password.ts'
import { updateUser } from '../users/update-user.ts'
import { UserError, type UserProblem } from '../users/user-problem.ts'
import { names, one } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { print } from './print.ts'
import { readPassword } from './read-password.ts'
import { requireUser } from './require-user.ts'
import { runAction } from './sub-command.ts'
import { time } from './time.ts'
import { readUserFlags } from './user-flags.ts'
import { importFile } from './users-import.ts'

const usage = `countersign users add USERNAME [flags]            asks for the password, or reads it from stdin
countersign users list
countersign users show USERNAME
countersign users update USERNAME [flags]         changes only what a flag names
countersign users passwd USERNAME                 asks for the password, or reads it from stdin
countersign users disable|enable|delete USERNAME ...
countersign users import FILE [--dry-run]         JSON as the tutorial's dict, or JSON lines

Flags: --email E, --email-verified yes|no, --full-name N, --claim NAME=VALUE ..., --claims JSON
The claims: ${profileClaims.slice(0, 8).join(', ')},
${profileClaims.slice(8).join(', ')}. An empty value removes one.`

type Action = (store: Store, args: readonly string[]) => Promise<void>

const actions: Readonly<Record<string, Action>> = {
  add,
  list,
  show,
  update,
  passwd,
  disable: (store, args) => forEach(store, args, 'Disabled', disableUser),
  enable: (store, args) => forEach(store, args, 'Enabled', enableUser),
  delete: (store, args) => forEach(store, args, 'Deleted', removeUser),
  import: importFile,
}

export async function users(args: readonly string[]): Promise<void> {
  try {
    await runAction(actions, usage, args, (action, store, rest) => action(store, rest))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new CommandError(error.problems.map(sentence).join('\n'))
  }
}

async function add(store: Store, args: readonly string[]): Promise<void> {
  const { positionals, fields } = readUserFlags(args)
  const username = one(positionals, usage)
  // Before the prompt for the password.
  requireUsername(username)
  const password = await readPassword()
  const { subject, profile } = await withPasswords((passwords) =>
    addUser({ store, passwords, random: systemRandom, now: systemClock }, { ...fields, username, password }),
  )
  print(`Added ${profile.username} with the id ${subject.id}.`)
}

async function update(store: Store, args: readonly string[]): Promise<void> {
  const { positionals, fields } = readUserFlags(args)
  const { subject, profile } = await requireUser(store, one(positionals, usage))
  if (Object.keys(fields).length === 0) throw new CommandError(usage)
  await updateUser({ store, now: systemClock }, subject.id, fields)
  print(`Updated ${profile.username}.`)
}

async function passwd(store: Store, args: readonly string[]): Promise<void> {
  const { subject, profile } = await requireUser(store, one(names(args), usage))
  const password = await readPassword()
  await withPasswords((passwords) => setPassword({ store, passwords, now: systemClock }, subject.id, password))
  print(`Changed the password of ${profile.username}.`)
}

async function withPasswords<Result>(work: (passwords: Context['passwords']) => Promise<Result>): Promise<Result> {
  const passwords = createPasswordPool({ workers: 1 })
  try {
    return await work(passwords)
  } finally {
    await passwords.close()
  }
}

async function list(store: Store, args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  let after: string | undefined
  do {
    const page = await listUsers({ store }, { limit: 500, after })
    for (const user of page.users) {
      const { username, email } = user.profile
      print([username, user.subject.id, state(user), email ?? '-'].map(printable).join('\t'))
    }
    after = page.next
  } while (after !== undefined)
}

async function show(store: Store, args: readonly string[]): Promise<void> {
  const user = await requireUser(store, one(names(args), usage))
  const { subject, profile } = user
  const password = await inspectPassword({ store }, subject.id)
  const claims = Object.entries(profile.claims).map(
    ([name, value]) => `\n  ${name}  ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
  )
  print(`username   ${profile.username}
id         ${subject.id}
full name  ${printable(profile.fullName ?? '-')}
email      ${printable(profile.email ?? '-')}${profile.email !== null && profile.isEmailVerified ? ', verified' : ''}
state      ${state(user)}
password   ${password.status === 'usable' ? password.scheme : 'none: must be set before a login'}
created    ${time(subject.createdAt)}
changed    ${time(profile.updatedAt)}${claims.length > 0 ? `\nclaims${claims.join('')}` : ''}`)
}

async function forEach(
  store: Store,
  args: readonly string[],
  done: string,
  change: (ctx: Pick<Context, 'store' | 'now'>, id: string) => Promise<void>,
): Promise<void> {
  const usernames = names(args)
  if (usernames.length === 0) throw new CommandError(usage)
  const found = []
  for (const username of usernames) found.push(await requireUser(store, username))
  for (const { subject, profile } of found) {
    await change({ store, now: systemClock }, subject.id)
    print(`${done} ${profile.username}.`)
  }
}

function sentence({ code, field, message }: UserProblem): string {
  if (code === 'unknown_user') return 'The user was removed in the meantime. See: countersign users list'
  return `The ${fieldName(field)} ${message}.`
}

function fieldName(field: UserProblem['field']): string {
  switch (field) {
    case 'email':
      return 'e-mail address'
    case 'fullName':
      return 'full name'
    default:
      return field.replace(/^claims\./, 'claim ')
  }
}

function state({ subject }: User): string {
  return subject.isDisabled ? 'disabled' : 'enabled'
}
