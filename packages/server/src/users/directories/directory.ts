/**
 * A directory: where users live who do not live in our tables. Each kind (`mongodb.ts`, `ldap.ts`, `sql.ts`, `http.ts`) is one function that
 * returns a `DirectoryDeclaration`; what asks a directory (`login/`, `confirm-user.ts`) knows only these types.
 */
import type { ProfileClaims } from '../../domain/profile.ts'

/** A user as a directory knows them. */
export interface DirectoryUser {
  /** What never changes of the user and is never given to another one: `_id`, `entryUUID`, a primary key. */
  readonly key: string
  /** The `sub` of the user's tokens, where the directory has a field for it; `undefined`: an opaque one is made. */
  readonly sub: string | undefined
  readonly username: string
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly fullName: string | null
  readonly claims: ProfileClaims
  /** The names of the groups that the user is a member of. */
  readonly groups: readonly string[]
  /** Disabled, locked or expired: such a user does not log in, and their tokens are rejected. */
  readonly isDisabled: boolean
  /** In a format of `passwords/`; `null`: the user has none. Read only where the directory has no `verify`. */
  readonly passwordHash: string | null
}

/**
 * An open directory. An error that a function throws means that the directory is not available, except `UnusableEntry`, which only `find`
 * throws. The signal is aborted at the directory's timeout: nobody waits for the function any longer.
 */
export interface Directory {
  /** The user with this name, as the directory compares names. `undefined` also where several have it: then none of them logs in. */
  readonly find: (username: string, signal: AbortSignal) => Promise<DirectoryUser | undefined>
  /** The users with these keys, in any order, without those who are gone or cannot be used. At most `maxKeys` keys. */
  readonly read: (keys: readonly string[], signal: AbortSignal) => Promise<readonly DirectoryUser[]>
  /** Whether it is the user's password, where the directory checks it. Otherwise `passwordHash` is checked here. */
  readonly verify?: (user: DirectoryUser, password: string, signal: AbortSignal) => Promise<PasswordCheck>
  /** Replaces the password hash of the user with this key. Only where the declaration is `writable`. */
  readonly setPasswordHash?: (key: string, hash: string, signal: AbortSignal) => Promise<void>
  /** The users after the key `after` in the order of the keys, at most `max`: to count and to compare them. */
  readonly list: (after: string | undefined, max: number, signal: AbortSignal) => Promise<readonly DirectoryUser[]>
  /** What an operator should know: whether it can be reached, whether look-ups have an index. Never a password or a hash. */
  readonly inspect: (signal: AbortSignal) => Promise<readonly Finding[]>
  readonly close: () => Promise<void>
}

/** What a directory says of a password. */
export interface PasswordCheck {
  readonly isMatch: boolean
  /** Why it does not let the user in, where it says so: for the operator, as what follows "it says that". */
  readonly refusal?: string
}

/** As many keys as one call of `read` gets. */
export const maxKeys = 100

/** One result of `inspect`: a whole sentence. */
export interface Finding {
  readonly isProblem: boolean
  readonly message: string
}

/** The options that all kinds of directories share. */
export interface DirectoryOptions {
  /** Its name in `countersign directories`, in traces and in the database: do not change it later. @default the kind, such as `mongodb` */
  name?: string
  /**
   * Seconds after which a user is read again from the directory, when the user's token is used or refreshed: a user who is disabled or deleted
   * there is out after at most this time. 0: at every request. @default 60
   */
  maxAge?: number
  /** Seconds that the directory may take for a response. @default 3 */
  timeout?: number
  /**
   * `on-login` takes users over: the password is checked there once, hashed again here, and from then on the user is one of ours.
   * @default 'never'
   */
  migrate?: 'never' | 'on-login'
}

/** What a directory gets of the server. */
export interface DirectoryEnvironment {
  /** Headers that each request to a service carries. @default none */
  readonly outgoingHeaders?: (() => Readonly<Record<string, string>>) | undefined
}

/** What `mongoDirectory()` and the others return: an entry of the option `directories`. Nothing is opened or loaded yet. */
export interface DirectoryDeclaration {
  readonly kind: 'mongodb' | 'ldap' | 'sql' | 'http'
  readonly name: string
  /** Seconds, as is `timeout`. */
  readonly maxAge: number
  readonly timeout: number
  readonly migrate: 'never' | 'on-login'
  /** Whether a new password is written back. */
  readonly writable: boolean
  /**
   * Loads the driver and opens connections as they are needed.
   * @throws Error whose message names the package to install
   */
  readonly open: (environment?: DirectoryEnvironment) => Promise<Directory>
}
