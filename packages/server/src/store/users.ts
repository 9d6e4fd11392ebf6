/** The `users` table. */
import { sql } from 'kysely'
import { type User, usernameKey } from '../domain/user.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import { listValue, textsIn } from './list-value.ts'
import { locked } from './locked.ts'
import { noteRemoval } from './removals.ts'
import type { UserRow } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

/** What an operator may change of a user. What is left out stays. */
export type UserFields = Partial<Pick<User, 'email' | 'isEmailVerified' | 'fullName' | 'profile'>>

export interface UsersTable {
  /** Without a promise where the database answers at once. */
  readonly findById: (id: string) => User | undefined | Promise<User | undefined>
  /** By any spelling of the username that folds to the same key. */
  readonly findByUsername: (username: string) => Promise<User | undefined>
  /** In the order of their usernames, after the key `after`. */
  readonly list: (max: number, after?: string) => Promise<readonly User[]>
  /**
   * Refuses the tokens of those who had the same ids before and were removed; tokens of other systems stay good for anybody else.
   * @throws a conflict (`isConflict`) when the id or the username is taken
   */
  readonly insert: (users: readonly User[]) => Promise<void>
  /** Those of `users` whose id or username is taken already. */
  readonly findTaken: (users: readonly Pick<User, 'id' | 'username'>[]) => Promise<readonly User[]>
  /** Whether the user exists. Another e-mail address is not verified, unless `fields` say so. */
  readonly update: (id: string, fields: UserFields, now: number) => Promise<boolean>
  /** A demo user with a password of its own is one no more. */
  readonly setPassword: (id: string, hash: string, now: number) => Promise<void>
  /**
   * Refuses the access tokens that were issued until `now`. Times are whole seconds: tokens of this very second that are issued
   * after it say the next one (`notBefore` in `tokens/access-token.ts`).
   */
  readonly endTokens: (id: string, now: number) => Promise<void>
  /** Compare-and-swap: whether `previous` was still the stored hash. */
  readonly replacePasswordHash: (id: string, previous: string, next: string) => Promise<boolean>
  readonly setDisabled: (id: string, isDisabled: boolean, now: number) => Promise<boolean>
  /**
   * Whether the user is enabled, and as `user` was read; in a transaction, nobody can change that until it has ended. A
   * password that was hashed anew is no change.
   */
  readonly lock: (user: Pick<User, 'id' | 'updatedAt'>) => Promise<boolean>
  /** With all that is theirs. That they were there is noted, for those who hold a token of theirs. */
  readonly remove: (id: string, now: number) => Promise<boolean>
  /** The usernames of the demo's users. */
  readonly listDemo: () => Promise<readonly string[]>
}

const columns = [
  'id',
  'username',
  'username_key',
  'email',
  'full_name',
  'password_hash',
  'is_disabled',
  'is_demo',
  'is_email_verified',
  'profile',
  'tokens_valid_from',
  'disabled_at',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof UserRow)[]

type Id = Placeholders<{ id: string }>

const byId = statement('users.findById', (db, p: Id) => db.selectFrom('users').select(columns).where('id', '=', p.id))

const byKey = statement('users.findByUsername', (db, p: Placeholders<{ key: string }>) =>
  db.selectFrom('users').select(columns).where('username_key', '=', p.key),
)

const list = statement('users.list', (db, p: Placeholders<{ after: string; max: number }>) =>
  db.selectFrom('users').select(columns).where('username_key', '>', p.after).orderBy('username_key').limit(p.max),
)

const insert = insertMany<UserRow>('users.insert', columns, (db, rows) => db.insertInto('users').values(rows))

const endTokensOfFormer = statement('users.endTokensOfFormer', (db, p: Placeholders<{ ids: string }>, kind) =>
  db
    .updateTable('users')
    .from('removals')
    .set({ tokens_valid_from: sql<number>`1 + case when created_at > removed_at then created_at else removed_at end` })
    .where('removals.kind', '=', 'user')
    .whereRef('removals.id', '=', 'users.id')
    .where('users.id', 'in', textsIn(p.ids, kind)),
)

const findTaken = statement('users.findTaken', (db, p: Placeholders<{ ids: string; keys: string }>, kind) =>
  db
    .selectFrom('users')
    .select(columns)
    .where((where) =>
      where.or([where('id', 'in', textsIn(p.ids, kind)), where('username_key', 'in', textsIn(p.keys, kind))]),
    ),
)

interface Update {
  readonly id: string
  readonly setsEmail: number
  readonly email: string | null
  /** `null` leaves it. */
  readonly isEmailVerified: number | null
  readonly setsFullName: number
  readonly fullName: string | null
  readonly setsProfile: number
  readonly profile: string | null
  readonly now: number
}

const update = statement('users.update', (db, p: Placeholders<Update>) =>
  db
    .updateTable('users')
    .set({
      email: sql`case when ${p.setsEmail} = 1 then ${p.email} else email end`,
      is_email_verified: sql`coalesce(${p.isEmailVerified}, case when ${p.setsEmail} = 1 and email is distinct from ${p.email} then 0 else is_email_verified end)`,
      full_name: sql`case when ${p.setsFullName} = 1 then ${p.fullName} else full_name end`,
      profile: sql`case when ${p.setsProfile} = 1 then ${p.profile} else profile end`,
      updated_at: p.now,
    })
    .where('id', '=', p.id),
)

const setPassword = statement('users.setPassword', (db, p: Placeholders<{ id: string; hash: string; now: number }>) =>
  db.updateTable('users').set({ password_hash: p.hash, is_demo: 0, updated_at: p.now }).where('id', '=', p.id),
)

const endTokens = statement('users.endTokens', (db, p: Placeholders<{ id: string; tokensValidFrom: number }>) =>
  db.updateTable('users').set({ tokens_valid_from: p.tokensValidFrom }).where('id', '=', p.id),
)

const replaceHash = statement(
  'users.replaceHash',
  (db, p: Placeholders<{ id: string; previous: string; next: string }>) =>
    db
      .updateTable('users')
      .set({ password_hash: p.next })
      .where('id', '=', p.id)
      .where('password_hash', '=', p.previous),
)

const setDisabled = statement(
  'users.setDisabled',
  (db, p: Placeholders<{ id: string; isDisabled: number; disabledAt: number | null; now: number }>) =>
    db
      .updateTable('users')
      .set({ is_disabled: p.isDisabled, disabled_at: p.disabledAt, updated_at: p.now })
      .where('id', '=', p.id),
)

const lock = statement('users.lock', (db, p: Placeholders<{ id: string; updatedAt: number }>, kind) =>
  locked(
    kind,
    db
      .selectFrom('users')
      .select('id')
      .where('id', '=', p.id)
      .where('is_disabled', '=', 0)
      .where('updated_at', '=', p.updatedAt),
  ),
)

const remove = statement('users.remove', (db, p: Id) => db.deleteFrom('users').where('id', '=', p.id))

const listDemo = statement('users.listDemo', (db, _p: Placeholders<object>) =>
  db.selectFrom('users').select('username').where('is_demo', '=', 1).orderBy('username'),
)

export function usersTable({ read, write, transaction }: Connection): UsersTable {
  return {
    findById: (id) => atOnce(read(byId, { id }), first),
    findByUsername: async (username) => first(await read(byKey, { key: usernameKey(username) })),
    // No key is empty.
    list: async (max, after = '') => (await read(list, { max, after: usernameKey(after) })).map(fromRow),
    insert: async (users) => {
      if (users.length === 0) return
      await transaction(async (inside) => {
        await insert(inside, users.map(toRow))
        // After the insertion: whoever was removing a user of the same id has done so.
        await inside.write(endTokensOfFormer, { ids: listValue(users.map(({ id }) => id)) })
      })
    },
    findTaken: async (users) => {
      if (users.length === 0) return []
      const ids = listValue(users.map(({ id }) => id))
      const keys = listValue(users.map(({ username }) => usernameKey(username)))
      return (await read(findTaken, { ids, keys })).map(fromRow)
    },
    update: async (id, { email, isEmailVerified, fullName, profile }, now) => {
      const values: Update = {
        id,
        setsEmail: Number(email !== undefined),
        email: email ?? null,
        isEmailVerified: isEmailVerified === undefined ? null : Number(isEmailVerified),
        setsFullName: Number(fullName !== undefined),
        fullName: fullName ?? null,
        setsProfile: Number(profile !== undefined),
        profile: profile === undefined ? null : toJson(profile),
        now,
      }
      return (await write(update, values)) > 0
    },
    setPassword: async (id, hash, now) => {
      await write(setPassword, { id, hash, now })
    },
    endTokens: async (id, now) => {
      await write(endTokens, { id, tokensValidFrom: now + 1 })
    },
    replacePasswordHash: async (id, previous, next) => (await write(replaceHash, { id, previous, next })) > 0,
    setDisabled: async (id, isDisabled, now) => {
      const values = { id, isDisabled: Number(isDisabled), disabledAt: isDisabled ? now : null, now }
      return (await write(setDisabled, values)) > 0
    },
    lock: async ({ id, updatedAt }) => (await read(lock, { id, updatedAt })).length > 0,
    remove: (id, now) =>
      transaction(async (inside) => {
        const existed = (await inside.write(remove, { id })) > 0
        if (existed) await noteRemoval(inside, 'user', id, now)
        return existed
      }),
    listDemo: async () => (await read(listDemo, {})).map((row) => row.username),
  }
}

function first(rows: readonly UserRow[]): User | undefined {
  return rows[0] && fromRow(rows[0])
}

const noProfile: User['profile'] = {}

function fromRow(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    fullName: row.full_name,
    passwordHash: row.password_hash,
    isDisabled: row.is_disabled === 1,
    isDemo: row.is_demo === 1,
    tokensValidFrom: row.tokens_valid_from,
    isEmailVerified: row.is_email_verified === 1,
    // Written below as JSON of an object.
    profile: row.profile === null ? noProfile : JSON.parse(row.profile),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toRow(user: User): UserRow {
  return {
    id: user.id,
    username: user.username,
    username_key: usernameKey(user.username),
    email: user.email,
    full_name: user.fullName,
    password_hash: user.passwordHash,
    is_disabled: Number(user.isDisabled),
    is_demo: Number(user.isDemo),
    is_email_verified: Number(user.isEmailVerified),
    tokens_valid_from: user.tokensValidFrom,
    disabled_at: null,
    profile: toJson(user.profile),
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  }
}

function toJson(profile: User['profile']): string | null {
  return Object.keys(profile).length === 0 ? null : JSON.stringify(profile)
}
