/** Users: the rows of `subjects`, `profiles` and `credentials` that belong together. */
import type { Kysely } from 'kysely'
import { verifiedEmailKey } from '../domain/email.ts'
import type { User, UserWithCredentials } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import { credentialsColumns, insertCredentials, toCredentials } from './credentials.ts'
import { isAmong, listValue } from './list-value.ts'
import { insertProfiles, profileColumns, toProfile } from './profiles.ts'
import { hasKey, readByKey } from './read-by-key.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'
import { insertSubjects, subjectColumns, toSubject } from './subjects.ts'
import type { ProfileRow, SubjectRow } from './user-rows.ts'

/** What is unique of a user. */
export interface UserName {
  readonly id: string
  readonly username: string
}

/** What a login names: `null` where users do not log in with that. A user with the username comes before one with the address. */
export interface LoginKeys {
  readonly usernameKey: string | null
  readonly emailKey: string | null
}

export interface Users {
  /** Without a promise on SQLite. */
  readonly findById: (id: string) => User | undefined | Promise<User | undefined>
  /** By any spelling of the username that folds to the same key. */
  readonly findByUsername: (username: string) => Promise<User | undefined>
  /** By the key of a verified e-mail address. */
  readonly findByEmailKey: (key: string) => Promise<User | undefined>
  /** The user whom a login names, with the credentials, in one read: it takes as long for a name that nobody has. */
  readonly findForLogin: (name: LoginKeys) => Promise<UserWithCredentials | undefined>
  /** The `usernameKey` of the same user. */
  readonly findUsernameKey: (name: LoginKeys) => Promise<string | undefined>
  /** In the order of their usernames, after the username `after`. */
  readonly list: (max: number, after?: string) => Promise<readonly User[]>
  /**
   * Rejects the tokens of removed users with the same ids.
   * @throws a conflict (`isConflict`) when an id or a username is taken
   */
  readonly insert: (users: readonly UserWithCredentials[]) => Promise<void>
  /** The users that have an id or a username of `names` already, with the credentials. */
  readonly findTaken: (names: readonly UserName[]) => Promise<readonly UserWithCredentials[]>
}

function selectUsers(db: Kysely<Schema>) {
  return db
    .selectFrom('subjects')
    .innerJoin('profiles', 'profiles.subject_id', 'subjects.id')
    .select(subjectColumns)
    .select(profileColumns)
}

const byId = statement('users.findById', (db, p: Placeholders<{ key: string }>, kind) =>
  selectUsers(db).where((where) => hasKey(where.ref('id'), p.key, kind)),
)

const byKey = statement('users.findByUsername', (db, p: Placeholders<{ key: string }>) =>
  selectUsers(db).where('username_key', '=', p.key),
)

const byEmailKey = statement('users.findByEmailKey', (db, p: Placeholders<{ key: string }>) =>
  selectUsers(db).select(['username_key', 'email_key']).where('email_key', '=', p.key),
)

const forLogin = statement('users.findForLogin', (db, p: Placeholders<LoginKeys>) =>
  selectUsers(db)
    .innerJoin('credentials', 'credentials.subject_id', 'subjects.id')
    .select(credentialsColumns)
    .select(['username_key', 'email_key'])
    .where((where) => where.or([where('username_key', '=', p.usernameKey), where('email_key', '=', p.emailKey)])),
)

const named = statement('users.findUsernameKey', (db, p: Placeholders<LoginKeys>) =>
  db
    .selectFrom('profiles')
    .select(['username_key', 'email_key', 'email', 'is_email_verified'])
    .where((where) => where.or([where('username_key', '=', p.usernameKey), where('email_key', '=', p.emailKey)])),
)

const list = statement('users.list', (db, p: Placeholders<{ after: string; max: number }>) =>
  selectUsers(db).where('username_key', '>', p.after).orderBy('username_key').limit(p.max),
)

const taken = statement('users.findTaken', (db, p: Placeholders<{ ids: string; keys: string }>, kind) =>
  // Both columns are of one table: with one of each, neither database could use an index.
  selectUsers(db)
    .innerJoin('credentials', 'credentials.subject_id', 'subjects.id')
    .select(credentialsColumns)
    .where((where) =>
      where.or([
        isAmong(where.ref('profiles.subject_id'), p.ids, kind),
        isAmong(where.ref('username_key'), p.keys, kind),
      ]),
    ),
)

export function usersOn(connection: Connection): Users {
  const { read, transaction } = connection
  const findRow = readByKey(connection, byId, (row) => row.id)
  return {
    findById: (id) => atOnce(findRow(id), (row) => row && toUser(row)),
    findByUsername: async (username) => {
      const [row] = await read(byKey, { key: usernameKey(username) })
      return row && toUser(row)
    },
    findByEmailKey: async (key) => {
      const row = (await read(byEmailKey, { key })).find(isCurrent)
      return row && toUser(row)
    },
    findForLogin: async (name) => {
      const row = chosen(await read(forLogin, name), name)
      return row && { ...toUser(row), credentials: toCredentials(row) }
    },
    findUsernameKey: async (name) => chosen(await read(named, name), name)?.username_key,
    // No key is empty.
    list: async (max, after = '') => (await read(list, { max, after: usernameKey(after) })).map(toUser),
    insert: async (users) => {
      if (users.length === 0) return
      const rows = users.map((user) => ({ ...user, subjectId: user.subject.id }))
      await transaction(async (inside) => {
        await insertSubjects(
          inside,
          users.map(({ subject }) => subject),
        )
        await insertProfiles(inside, rows)
        await insertCredentials(inside, rows)
      })
    },
    findTaken: async (names) => {
      if (names.length === 0) return []
      const ids = listValue(names.map(({ id }) => id))
      const keys = listValue(names.map(({ username }) => usernameKey(username)))
      return (await read(taken, { ids, keys })).map((row) => ({ ...toUser(row), credentials: toCredentials(row) }))
    },
  }
}

function toUser(row: SubjectRow & Pick<ProfileRow, (typeof profileColumns)[number]>): User {
  return { subject: toSubject(row), profile: toProfile(row) }
}

type NamedRow = Pick<ProfileRow, 'username_key' | 'email_key' | 'email' | 'is_email_verified'>

/** A username that is another user's address names the user with the username, and never the other one. */
function chosen<Row extends NamedRow>(rows: readonly Row[], name: LoginKeys): Row | undefined {
  return rows.find((row) => row.username_key === name.usernameKey) ?? rows.find(isCurrent)
}

/** A former version changes addresses without their keys. */
function isCurrent(row: NamedRow): boolean {
  const profile = { email: row.email, isEmailVerified: row.is_email_verified === 1 }
  return row.email_key !== null && row.email_key === verifiedEmailKey(profile)
}
