/** Users: the rows of `subjects`, `profiles` and `credentials` that belong together. */
import type { Kysely } from 'kysely'
import type { User, UserWithCredentials } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import { credentialsColumns, insertCredentials, toCredentials } from './credentials.ts'
import { isAmong, listValue } from './list-value.ts'
import { insertProfiles, profileColumns, toProfile } from './profiles.ts'
import type { ProfileRow, Schema, SubjectRow } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'
import { insertSubjects, subjectColumns, toSubject } from './subjects.ts'

/** What is unique of a user. */
export interface UserName {
  readonly id: string
  readonly username: string
}

export interface Users {
  /** Without a promise on SQLite. */
  readonly findById: (id: string) => User | undefined | Promise<User | undefined>
  /** By any spelling of the username that folds to the same key. */
  readonly findByUsername: (username: string) => Promise<User | undefined>
  /** The same with the credentials, in one read: it takes as long for a username that nobody has. */
  readonly findForLogin: (username: string) => Promise<UserWithCredentials | undefined>
  /** In the order of their usernames, after the username `after`. */
  readonly list: (max: number, after?: string) => Promise<readonly User[]>
  /**
   * Rejects the tokens of removed users with the same ids.
   * @throws a conflict (`isConflict`) when an id or a username is taken
   */
  readonly insert: (users: readonly UserWithCredentials[]) => Promise<void>
  /** The users that have an id or a username of `names` already. */
  readonly findTaken: (names: readonly UserName[]) => Promise<readonly User[]>
}

function selectUsers(db: Kysely<Schema>) {
  return db
    .selectFrom('subjects')
    .innerJoin('profiles', 'profiles.subject_id', 'subjects.id')
    .select(subjectColumns)
    .select(profileColumns)
}

const byId = statement('users.findById', (db, p: Placeholders<{ id: string }>) =>
  selectUsers(db).where('id', '=', p.id),
)

const byKey = statement('users.findByUsername', (db, p: Placeholders<{ key: string }>) =>
  selectUsers(db).where('username_key', '=', p.key),
)

const forLogin = statement('users.findForLogin', (db, p: Placeholders<{ key: string }>) =>
  selectUsers(db)
    .innerJoin('credentials', 'credentials.subject_id', 'subjects.id')
    .select(credentialsColumns)
    .where('username_key', '=', p.key),
)

const list = statement('users.list', (db, p: Placeholders<{ after: string; max: number }>) =>
  selectUsers(db).where('username_key', '>', p.after).orderBy('username_key').limit(p.max),
)

const taken = statement('users.findTaken', (db, p: Placeholders<{ ids: string; keys: string }>, kind) =>
  // Both columns are of one table: with one of each, neither database could use an index.
  selectUsers(db).where((where) =>
    where.or([isAmong(where.ref('subject_id'), p.ids, kind), isAmong(where.ref('username_key'), p.keys, kind)]),
  ),
)

export function usersOn({ read, transaction }: Connection): Users {
  return {
    findById: (id) => atOnce(read(byId, { id }), ([row]) => row && toUser(row)),
    findByUsername: async (username) => {
      const [row] = await read(byKey, { key: usernameKey(username) })
      return row && toUser(row)
    },
    findForLogin: async (username) => {
      const [row] = await read(forLogin, { key: usernameKey(username) })
      return row && { ...toUser(row), credentials: toCredentials(row) }
    },
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
      return (await read(taken, { ids, keys })).map(toUser)
    },
  }
}

function toUser(row: SubjectRow & Pick<ProfileRow, (typeof profileColumns)[number]>): User {
  return { subject: toSubject(row), profile: toProfile(row) }
}
