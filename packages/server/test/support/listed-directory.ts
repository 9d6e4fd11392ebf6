/** A directory of users in a list, which tests change and take down: the contract of `directory.ts`, without a server of its own. */

import { usernameKey } from '../../src/domain/username.ts'
import { declareDirectory } from '../../src/users/directories/declare.ts'
import type { DirectoryDeclaration, DirectoryOptions, DirectoryUser } from '../../src/users/directories/directory.ts'
import { UnusableEntry } from '../../src/users/directories/directory-user.ts'

/** `password` is checked by the directory itself; without one, `passwordHash` is checked here. */
export type ListedUser = Partial<DirectoryUser> & {
  readonly key: string
  readonly username: string
  readonly password?: string
  /** Another name that the user is found by. */
  readonly alias?: string
  /** Why the entry is no user. */
  readonly unusable?: string
}

export interface ListedDirectory {
  readonly declaration: DirectoryDeclaration
  users: ListedUser[]
  /** Every call fails while it is set. */
  isDown: boolean
  /** The names of the calls. */
  readonly calls: string[]
}

export function listedDirectory(
  name: string,
  users: readonly ListedUser[],
  options: Omit<DirectoryOptions, 'name'> & { readonly checksPasswords?: boolean; readonly writable?: boolean } = {},
): ListedDirectory {
  const { checksPasswords = false, writable = false, ...shared } = options
  const state = { users: [...users], isDown: false, calls: [] as string[] }
  const call = async <Result>(what: string, run: () => Result): Promise<Result> => {
    state.calls.push(what)
    if (state.isDown) throw new Error('connection refused')
    return run()
  }
  const declaration: DirectoryDeclaration = {
    ...declareDirectory('sql', { name, ...shared }, [], () => {}),
    writable,
    open: async () => ({
      find: (username) =>
        call('find', () => {
          const isMeant = (name: string) => usernameKey(name) === usernameKey(username)
          const found = state.users.filter((user) => isMeant(user.username) || isMeant(user.alias ?? ''))
          if (found[0]?.unusable !== undefined) throw new UnusableEntry(found[0].unusable)
          return found.length === 1 && found[0] ? whole(found[0]) : undefined
        }),
      read: (keys) => call('read', () => state.users.filter(({ key }) => keys.includes(key)).map(whole)),
      ...(checksPasswords && {
        verify: ({ key }, password) =>
          call('verify', () => ({
            isMatch: state.users.some((user) => user.key === key && user.password === password),
          })),
      }),
      setPasswordHash: (key, passwordHash) =>
        call('setPasswordHash', () => {
          state.users = state.users.map((user) => (user.key === key ? { ...user, passwordHash } : user))
        }),
      list: (after = '', max) =>
        call('list', () =>
          state.users
            .filter(({ key }) => key > after)
            .toSorted((one, other) => (one.key < other.key ? -1 : 1))
            .slice(0, max)
            .map(whole),
        ),
      inspect: () => call('inspect', () => [{ isProblem: false, message: `has ${state.users.length} users.` }]),
      close: async () => {},
    }),
  }
  return Object.assign(state, { declaration })
}

function whole({ password: _password, alias: _alias, unusable: _unusable, ...user }: ListedUser): DirectoryUser {
  return {
    sub: undefined,
    email: null,
    isEmailVerified: false,
    fullName: null,
    claims: {},
    groups: [],
    isDisabled: false,
    passwordHash: null,
    ...user,
  }
}
