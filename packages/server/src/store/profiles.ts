/** The `profiles` table: what our own directory knows about users. */
import { sql } from 'kysely'
import { verifiedEmailKey } from '../domain/email.ts'
import { changedProfile, type Profile, type ProfileChanges, type ProfileClaims } from '../domain/profile.ts'
import { usernameKey } from '../domain/username.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import { isAmong, listValue } from './list-value.ts'
import { lockedForUpdate } from './locked.ts'
import { type Placeholders, placed, statement } from './statement.ts'
import type { ProfileRow } from './user-rows.ts'

export interface ProfilesTable {
  /** In a transaction, for a change of what was read: nobody else can change the profile until the transaction ends. */
  readonly lock: (subjectId: string) => Promise<Profile | undefined>
  /**
   * Whether the profile exists. Another e-mail address is not verified unless `changes` say so. A verified address that another user has
   * is stored, but nobody logs in with it as this user.
   */
  readonly update: (subjectId: string, changes: ProfileChanges, now: number) => Promise<boolean>
  /** For users of directories, which may rename them. @throws a conflict (`isConflict`) when the username is taken */
  readonly rename: (subjectId: string, username: string, now: number) => Promise<void>
}

export const profileColumns: readonly ['username', 'email', 'is_email_verified', 'full_name', 'claims', 'updated_at'] =
  ['username', 'email', 'is_email_verified', 'full_name', 'claims', 'updated_at']

type Update = Pick<ProfileRow, 'email' | 'is_email_verified' | 'email_key' | 'full_name' | 'claims' | 'updated_at'> & {
  readonly id: string
}

const lock = statement('profiles.lock', (db, p: Placeholders<{ id: string }>, kind) =>
  lockedForUpdate(kind, db.selectFrom('profiles').select(profileColumns).where('subject_id', '=', p.id)),
)

const update = statement('profiles.update', (db, p: Placeholders<Update>) =>
  db
    .updateTable('profiles')
    .set({
      ...placed(p, ['email', 'is_email_verified', 'full_name', 'claims', 'updated_at']),
      email_key: sql`case when exists (select 1 from profiles as others where others.email_key = ${p.email_key} and others.subject_id <> ${p.id}) then null else ${p.email_key} end`,
    })
    .where('subject_id', '=', p.id),
)

const rename = statement(
  'profiles.rename',
  (db, p: Placeholders<{ id: string; username: string; key: string; now: number }>) =>
    db
      .updateTable('profiles')
      .set({ username: p.username, username_key: p.key, updated_at: p.now })
      .where('subject_id', '=', p.id),
)

const takenEmailKeys = statement('profiles.takenEmailKeys', (db, p: Placeholders<{ keys: string }>, kind) =>
  db
    .selectFrom('profiles')
    .select('email_key')
    .where((where) => isAmong(where.ref('email_key'), p.keys, kind)),
)

const insert = insertMany('profiles.insert', 'profiles', ['subject_id', 'username_key', 'email_key', ...profileColumns])

export function profilesTable({ read, write, transaction }: Connection): ProfilesTable {
  return {
    lock: async (id) => {
      const [row] = await read(lock, { id })
      return row && toProfile(row)
    },
    update: (id, changes, now) =>
      transaction(async (inside) => {
        const [row] = await inside.read(lock, { id })
        if (!row) return false
        const profile = changedProfile(toProfile(row), changes)
        const { subject_id, username, username_key, ...values } = toRow(id, { ...profile, updatedAt: now })
        return (await inside.write(update, { id, ...values })) > 0
      }),
    rename: async (id, username, now) => {
      await write(rename, { id, username, key: usernameKey(username), now })
    },
  }
}

/** In a transaction. Of several users with one verified address, the first logs in with it. @throws a conflict (`isConflict`) when a username is taken */
export async function insertProfiles(
  inside: Connection,
  profiles: readonly { readonly subjectId: string; readonly profile: Profile }[],
): Promise<void> {
  const keys = profiles.flatMap(({ profile }) => verifiedEmailKey(profile) ?? [])
  const taken = new Set((await inside.read(takenEmailKeys, { keys: listValue(keys) })).map((row) => row.email_key))
  const rows = profiles.map(({ subjectId, profile }) => {
    const row = toRow(subjectId, profile)
    if (row.email_key === null || !taken.has(row.email_key)) {
      taken.add(row.email_key)
      return row
    }
    return { ...row, email_key: null }
  })
  await insert(inside, rows)
}

const noClaims: ProfileClaims = {}

export function toProfile(row: Pick<ProfileRow, (typeof profileColumns)[number]>): Profile {
  return {
    username: row.username,
    email: row.email,
    isEmailVerified: row.is_email_verified === 1,
    fullName: row.full_name,
    // Written below as JSON of an object.
    claims: row.claims === null ? noClaims : JSON.parse(row.claims),
    updatedAt: row.updated_at,
  }
}

function toRow(subjectId: string, profile: Profile): ProfileRow {
  return {
    subject_id: subjectId,
    username: profile.username,
    username_key: usernameKey(profile.username),
    email: profile.email,
    is_email_verified: Number(profile.isEmailVerified),
    email_key: verifiedEmailKey(profile),
    full_name: profile.fullName,
    claims: toJson(profile.claims),
    updated_at: profile.updatedAt,
  }
}

function toJson(claims: ProfileClaims): string | null {
  return Object.keys(claims).length === 0 ? null : JSON.stringify(claims)
}
