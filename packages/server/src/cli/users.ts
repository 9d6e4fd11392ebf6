/** `countersign users ...`: accounts, by an operator. */
import { parseArgs } from 'node:util'
import { type User, usernameProblem } from '../domain/user.ts'
import { profileClaims } from '../domain/user-profile.ts'
import { systemRandom } from '../environment.ts'
import { inspectHash } from '../passwords/import-check.ts'
import { createPasswordPool } from '../passwords/pool.ts'
import type { Store } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import { AccountProblem, addUser, changePassword, updateUser } from '../users/add-user.ts'
import { disableUser } from '../users/disable-user.ts'
import { names, one } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { print } from './print.ts'
import { readPassword } from './read-password.ts'
import { requireUser } from './require-user.ts'
import { runAction } from './sub-command.ts'
import { now, time } from './time.ts'
import { readUserFlags } from './user-flags.ts'
import { importFile } from './users-import.ts'

const usage = `countersign users add USERNAME [flags]            the password is asked for, or read from stdin
countersign users list
countersign users show USERNAME
countersign users update USERNAME [flags]         what no flag names stays
countersign users passwd USERNAME                 the password is asked for, or read from stdin
countersign users disable|enable|delete USERNAME ...
countersign users import FILE [--dry-run]         JSON as the tutorial's dict, or JSON lines

Flags: --email E, --email-verified yes|no, --full-name N, --claim NAME=VALUE ..., --claims JSON
The claims: ${profileClaims.slice(0, 8).join(', ')},
${profileClaims.slice(8).join(', ')}. An empty value takes one away.`

type Action = (store: Store, args: readonly string[]) => Promise<void>

const actions: Readonly<Record<string, Action>> = {
  add,
  list,
  show,
  update,
  passwd,
  disable: (store, args) => forEach(store, args, 'Disabled', (user) => disableUser(store, user.id, now())),
  enable: (store, args) => forEach(store, args, 'Enabled', (user) => store.users.setDisabled(user.id, false, now())),
  delete: (store, args) => forEach(store, args, 'Deleted', (user) => store.users.remove(user.id, now())),
  import: importFile,
}

export async function users(args: readonly string[]): Promise<void> {
  try {
    await runAction(actions, usage, args, (action, store, rest) => action(store, rest))
  } catch (error) {
    if (error instanceof AccountProblem) throw new CommandError(error.message)
    throw error
  }
}

async function add(store: Store, args: readonly string[]): Promise<void> {
  const { positionals, facts } = readUserFlags(args)
  const username = one(positionals, usage)
  const problem = usernameProblem(username)
  if (problem) throw new CommandError(`The ${problem}.`)
  const passwords = createPasswordPool({ workers: 1 })
  try {
    const user = await addUser(store, passwords, systemRandom, now(), {
      ...facts,
      username,
      password: await readPassword(),
    })
    print(`Added ${user.username} with the id ${user.id}.`)
  } finally {
    await passwords.close()
  }
}

async function update(store: Store, args: readonly string[]): Promise<void> {
  const { positionals, facts } = readUserFlags(args)
  const user = await requireUser(store, one(positionals, usage))
  if (Object.keys(facts).length === 0) throw new CommandError(usage)
  await updateUser(store, now(), user, facts)
  print(`Updated ${user.username}.`)
}

async function passwd(store: Store, args: readonly string[]): Promise<void> {
  const user = await requireUser(store, one(names(args), usage))
  const passwords = createPasswordPool({ workers: 1 })
  try {
    await changePassword(store, passwords, now(), user.id, await readPassword())
    print(`Changed the password of ${user.username}.`)
  } finally {
    await passwords.close()
  }
}

async function list(store: Store, args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const page = 500
  let after: string | undefined
  for (;;) {
    const found = await store.users.list(page, after)
    for (const user of found) {
      print([user.username, user.id, state(user), user.email ?? '-'].map(printable).join('\t'))
    }
    after = found.at(-1)?.username
    if (found.length < page) return
  }
}

async function show(store: Store, args: readonly string[]): Promise<void> {
  const user = await requireUser(store, one(names(args), usage))
  const hash = inspectHash(user.passwordHash)
  const claims = Object.entries(user.profile).map(
    ([name, value]) => `\n  ${name}  ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
  )
  print(`username   ${user.username}
id         ${user.id}
full name  ${printable(user.fullName ?? '-')}
email      ${printable(user.email ?? '-')}${user.email !== null && user.isEmailVerified ? ', verified' : ''}
state      ${state(user)}
password   ${hash.status === 'usable' ? hash.scheme : 'none: must be set before a login'}
created    ${time(user.createdAt)}
changed    ${time(user.updatedAt)}${claims.length > 0 ? `\nclaims${claims.join('')}` : ''}`)
}

async function forEach(
  store: Store,
  args: readonly string[],
  done: string,
  change: (user: User) => Promise<boolean>,
): Promise<void> {
  const usernames = names(args)
  if (usernames.length === 0) throw new CommandError(usage)
  const found = []
  for (const username of usernames) found.push(await requireUser(store, username))
  for (const user of found) {
    await change(user)
    print(`${done} ${user.username}.`)
  }
}

function state(user: User): string {
  return user.isDisabled ? 'disabled' : 'enabled'
}
