/** The `users` table. */
import { type Kysely, sql, type UpdateObject } from 'kysely'
import type { User } from '../domain/user.ts'
import { usernameKey } from '../domain/user.ts'
import { atOnce } from './at-once.ts'
import { atomically } from './atomically.ts'
import type { Connection } from './connection.ts'
import { noteRemoval } from './removals.ts'
import type { Schema, UserRow } from './schema.ts'

/** What an operator may change of a user. What is left out stays. */
export type UserFields = Partial<Pick<User, 'email' | 'isEmailVerified' | 'fullName' | 'profile'>>

export interface UsersTable {
  /** Without a promise where the database answers at once. */
  readonly findById: (id: string) => User | undefined | Promise<User | undefined>
  /** By any spelling of the username that folds to the same key. */
  readonly findByUsername: (username: string) => Promise<User | undefined>
  /** In the order of their usernames, after the key `after`. */
  readonly list: (limit: number, after?: string) => Promise<readonly User[]>
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
  readonly hold: (user: Pick<User, 'id' | 'updatedAt'>) => Promise<boolean>
  /** With all that is theirs. That they were there is noted, for those who hold a token of theirs. */
  readonly remove: (id: string, now: number) => Promise<boolean>
  /** The usernames of the demo's users. */
  readonly listDemo: () => Promise<readonly string[]>
}

export function usersTable({ db, kind, read }: Connection): UsersTable {
  const byId = db.selectFrom('users').selectAll().where('id', '=', '').compile()
  const byKey = db.selectFrom('users').selectAll().where('username_key', '=', '').compile()

  return {
    findById: (id) => atOnce(read(byId, [id]), first),
    findByUsername: async (username) => first(await read(byKey, [usernameKey(username)])),
    list: async (limit, after) => {
      const query = db.selectFrom('users').selectAll().orderBy('username_key').limit(limit)
      const rows = await (after === undefined ? query : query.where('username_key', '>', usernameKey(after))).execute()
      return rows.map(fromRow)
    },
    insert: async (users) => {
      if (users.length === 0) return
      await atomically(db, async (inside) => {
        await inside.insertInto('users').values(users.map(toRow)).execute()
        await endTokensOfFormer(inside, users)
      })
    },
    findTaken: async (users) => {
      if (users.length === 0) return []
      const ids = users.map((user) => user.id)
      const keys = users.map((user) => usernameKey(user.username))
      const rows = await db
        .selectFrom('users')
        .selectAll()
        .where((where) => where.or([where('id', 'in', ids), where('username_key', 'in', keys)]))
        .execute()
      return rows.map(fromRow)
    },
    update: async (id, fields, now) =>
      changed(
        await update(id)
          .set({ ...columnsOf(fields), updated_at: now })
          .execute(),
      ),
    setPassword: async (id, hash, now) => {
      await update(id).set({ password_hash: hash, is_demo: 0, updated_at: now }).execute()
    },
    endTokens: async (id, now) => {
      await update(id)
        .set({ tokens_valid_from: now + 1 })
        .execute()
    },
    replacePasswordHash: async (id, previous, next) =>
      changed(await update(id).set({ password_hash: next }).where('password_hash', '=', previous).execute()),
    setDisabled: async (id, isDisabled, now) =>
      changed(
        await update(id)
          .set({ is_disabled: Number(isDisabled), disabled_at: isDisabled ? now : null, updated_at: now })
          .execute(),
      ),
    hold: async ({ id, updatedAt }) => {
      const query = db
        .selectFrom('users')
        .select('id')
        .where('id', '=', id)
        .where('is_disabled', '=', 0)
        .where('updated_at', '=', updatedAt)
      // A transaction on SQLite has locked the whole database already.
      return (await (kind === 'postgres' ? query.forShare() : query).executeTakeFirst()) !== undefined
    },
    remove: (id, now) =>
      atomically(db, async (inside) => {
        const [result] = await inside.deleteFrom('users').where('id', '=', id).execute()
        const wasThere = (result?.numDeletedRows ?? 0n) > 0n
        if (wasThere) await noteRemoval(inside, 'user', id, now)
        return wasThere
      }),
    listDemo: async () => {
      const rows = await db
        .selectFrom('users')
        .select('username')
        .where('is_demo', '=', 1)
        .orderBy('username')
        .execute()
      return rows.map((row) => row.username)
    },
  }

  function update(id: string) {
    return db.updateTable('users').where('id', '=', id)
  }
}

/** After the insertion: whoever was removing a user of the same id has done so. */
async function endTokensOfFormer(db: Kysely<Schema>, users: readonly User[]): Promise<void> {
  const ids = users.map(({ id }) => id)
  await db
    .updateTable('users')
    .from('removals')
    .set({
      tokens_valid_from: sql<number>`1 + case when created_at > removed_at then created_at else removed_at end`,
    })
    .where('removals.kind', '=', 'user')
    .whereRef('removals.id', '=', 'users.id')
    .where('users.id', 'in', ids)
    .execute()
}

function changed(results: readonly { numUpdatedRows: bigint }[]): boolean {
  return results.some((result) => result.numUpdatedRows > 0n)
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

function columnsOf({ email, isEmailVerified, fullName, profile }: UserFields): UpdateObject<Schema, 'users'> {
  return {
    ...(email !== undefined && {
      email,
      is_email_verified: sql<number>`case when email is not distinct from ${email} then is_email_verified else 0 end`,
    }),
    ...(isEmailVerified !== undefined && { is_email_verified: Number(isEmailVerified) }),
    ...(fullName !== undefined && { full_name: fullName }),
    ...(profile !== undefined && { profile: toJson(profile) }),
  }
}

function toJson(profile: User['profile']): string | null {
  return Object.keys(profile).length === 0 ? null : JSON.stringify(profile)
}
