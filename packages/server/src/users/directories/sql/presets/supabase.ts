/** Supabase's `auth.users`: the migrations of its server, GoTrue. It compares e-mail addresses in lower case, for users without single sign-on. */
import { sql } from 'kysely'
import type { SqlPreset } from '../preset.ts'

export const supabase: SqlPreset = {
  table: 'auth.users',
  columns: {
    key: 'id',
    sub: 'id',
    username: 'email',
    email: 'email',
    emailVerified: 'email_confirmed_at',
    fullName: 'full_name',
    passwordHash: 'encrypted_password',
    claims: { phone_number: 'phone', picture: 'avatar_url' },
  },
  // `confirmed_at` is also the time of a confirmed telephone number.
  disabled: { banned_until: 'future', deleted_at: 'set', email_confirmed_at: 'unset', confirmed_at: null },
  optional: [],
  usernameCase: 'lower-case',
  // The unique index `users_email_partial_key` is for these rows.
  where: { is_sso_user: false },
  from: () => sql`(
    select u.*,
      coalesce(u.raw_user_meta_data ->> 'full_name', u.raw_user_meta_data ->> 'name') as full_name,
      u.raw_user_meta_data ->> 'avatar_url' as avatar_url
    from auth.users u
  )`,
  // It also reads argon2id: internal/crypto/password.go.
  writeHash: (hash) => hash,
}
