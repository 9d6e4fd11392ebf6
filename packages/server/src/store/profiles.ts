/** The `profiles` table: what our own directory knows about users. */
import { sql } from 'kysely'
import type { Profile, ProfileClaims } from '../domain/profile.ts'
import { usernameKey } from '../domain/username.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import { lockedForUpdate } from './locked.ts'
import type { ProfileRow } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

/** What can change in a profile. Members that are left out stay. */
export type ProfileChanges = Partial<Omit<Profile, 'username' | 'updatedAt'>>

export interface ProfilesTable {
  /** In a transaction, for a change of what was read: nobody else can change the profile until the transaction ends. */
  readonly lock: (subjectId: string) => Promise<Profile | undefined>
  /** Whether the profile exists. Another e-mail address is not verified unless `changes` say so. */
  readonly update: (subjectId: string, changes: ProfileChanges, now: number) => Promise<boolean>
  /** For users of directories, which may rename them. @throws a conflict (`isConflict`) when the username is taken */
  readonly rename: (subjectId: string, username: string, now: number) => Promise<void>
}

export const profileColumns: readonly ['username', 'email', 'is_email_verified', 'full_name', 'claims', 'updated_at'] =
  ['username', 'email', 'is_email_verified', 'full_name', 'claims', 'updated_at']

/** 1 in a `sets...` member sets the field beside it, 0 leaves it. */
interface Update {
  readonly id: string
  readonly setsEmail: number
  readonly email: string | null
  /** `null` leaves it, but for another e-mail address. */
  readonly isEmailVerified: number | null
  readonly setsFullName: number
  readonly fullName: string | null
  readonly setsClaims: number
  readonly claims: string | null
  readonly now: number
}

const lock = statement('profiles.lock', (db, p: Placeholders<{ id: string }>, kind) =>
  lockedForUpdate(kind, db.selectFrom('profiles').select(profileColumns).where('subject_id', '=', p.id)),
)

const update = statement('profiles.update', (db, p: Placeholders<Update>) =>
  db
    .updateTable('profiles')
    .set({
      email: sql`case when ${p.setsEmail} = 1 then ${p.email} else email end`,
      is_email_verified: sql`coalesce(${p.isEmailVerified}, case when ${p.setsEmail} = 1 and email is distinct from ${p.email} then 0 else is_email_verified end)`,
      full_name: sql`case when ${p.setsFullName} = 1 then ${p.fullName} else full_name end`,
      claims: sql`case when ${p.setsClaims} = 1 then ${p.claims} else claims end`,
      updated_at: p.now,
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

const insert = insertMany('profiles.insert', 'profiles', ['subject_id', 'username_key', ...profileColumns])

export function profilesTable({ read, write }: Connection): ProfilesTable {
  return {
    lock: async (id) => {
      const [row] = await read(lock, { id })
      return row && toProfile(row)
    },
    update: async (id, { email, isEmailVerified, fullName, claims }, now) => {
      const values: Update = {
        id,
        setsEmail: Number(email !== undefined),
        email: email ?? null,
        isEmailVerified: isEmailVerified === undefined ? null : Number(isEmailVerified),
        setsFullName: Number(fullName !== undefined),
        fullName: fullName ?? null,
        setsClaims: Number(claims !== undefined),
        claims: claims === undefined ? null : toJson(claims),
        now,
      }
      return (await write(update, values)) > 0
    },
    rename: async (id, username, now) => {
      await write(rename, { id, username, key: usernameKey(username), now })
    },
  }
}

/** @throws a conflict (`isConflict`) when a username is taken */
export async function insertProfiles(
  inside: Connection,
  profiles: readonly { readonly subjectId: string; readonly profile: Profile }[],
): Promise<void> {
  const rows = profiles.map(({ subjectId, profile }) => toRow(subjectId, profile))
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
    full_name: profile.fullName,
    claims: toJson(profile.claims),
    updated_at: profile.updatedAt,
  }
}

function toJson(claims: ProfileClaims): string | null {
  return Object.keys(claims).length === 0 ? null : JSON.stringify(claims)
}
