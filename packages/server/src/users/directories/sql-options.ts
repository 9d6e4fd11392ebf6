/** The options of a directory in an SQL database. */
import type { DirectoryOptions } from './directory.ts'
import type { DisabledWhen } from './disabled-when.ts'

export interface SqlDirectoryOptions extends DirectoryOptions {
  /**
   * `postgres://user:password@host/database`, `mysql://user:password@host/database` (also `mariadb://`), or `sqlite:` and a path. A MySQL URL
   * can end with `?ssl-mode=verify_identity`, and with `?socket=/path`.
   */
  url: string
  /** The program that made the tables. It sets the options that follow; those that are given here replace its own. */
  preset?: SqlPresetName
  /** The table or view, also as `schema.table`. */
  table?: string
  /** The columns of the table. */
  columns?: SqlColumns
  /**
   * The columns that say that a user is disabled, each with its rule. `{}` when users are never disabled. A preset's rules hold too; `null`
   * removes one.
   */
  disabled?: Readonly<Record<string, DisabledWhen | null>>
  /**
   * How usernames are compared. `exact`: as the column compares, in MySQL mostly without letter case. `lower-case`: the column is in lower
   * case, and what users type is changed to it. `ignore`: without letter case, which needs an index on `lower(username)`. @default 'exact'
   */
  usernameCase?: 'exact' | 'lower-case' | 'ignore'
  /** Only rows with these values are users, such as those of one tenant. */
  where?: Readonly<Record<string, string | number | boolean | null>>
  /** The table of memberships. @default users have no groups, except with a preset that has them */
  groups?: SqlGroups | null
  /** The name of the realm, with the preset `keycloak`. */
  realm?: string
  /** Writes new passwords back, as argon2id. @default false: the database is opened for reading only */
  writable?: boolean
}

export type SqlPresetName = 'devise' | 'django' | 'keycloak' | 'laravel' | 'supabase' | 'wordpress'

/** Names of columns. `null` leaves out one of the preset. */
export interface SqlColumns {
  /** What never changes of a user. @default 'id' */
  key?: string
  /** The `sub` of tokens. @default an opaque one is made */
  sub?: string | null
  username?: string
  email?: string | null
  /** True, or the time of the verification. */
  emailVerified?: string | null
  /** Several are joined by a space. */
  fullName?: string | readonly string[] | null
  passwordHash?: string
  /** By the names of the claims, such as `{ phone_number: 'phone' }`. */
  claims?: Readonly<Record<string, string>>
}

/** A table, or a view, with a row for each membership. */
export interface SqlGroups {
  /** Also as `schema.table`. */
  table: string
  /** The column with the key of the user. */
  user: string
  /** The column with the name of the group, or with its key in `names.table`. */
  group: string
  names?: {
    table: string
    key: string
    name: string
  }
}
