/** The tables about users, as Kysely sees them: a part of `schema.ts`. */

export interface SubjectRow {
  id: string
  is_disabled: number
  /** `null` also for users who were imported as disabled: they never had a token. */
  disabled_at: number | null
  tokens_valid_from: number
  version: number
  created_at: number
}

export interface ProfileRow {
  subject_id: string
  username: string
  /** `usernameKey(username)`: what is unique and looked up. */
  username_key: string
  email: string | null
  is_email_verified: number
  /** `emailKey(email)` of a verified address, unique. `null` also where another user had it first. */
  email_key: string | null
  full_name: string | null
  /** JSON of `ProfileClaims`. */
  claims: string | null
  updated_at: number
}

export interface CredentialsRow {
  subject_id: string
  password_hash: string | null
  is_demo: number
}

export interface DirectoryLinkRow {
  subject_id: string
  directory: string
  key: string
  is_out: number
  checked_at: number
  used_at: number
  migrated_at: number | null
}

export interface UserAttributesRow {
  subject_id: string
  /** JSON of `Attributes`. */
  attributes: string
}

export interface GroupRow {
  name: string
  created_at: number
}

export interface GroupMemberRow {
  subject_id: string
  group_name: string
  /** `own`, or the id of the directory that says so. */
  source: string
  added_at: number
}

export interface RoleRow {
  name: string
  created_at: number
}

export interface UserRoleRow {
  subject_id: string
  role_name: string
  assigned_at: number
}

export interface GroupRoleRow {
  group_name: string
  role_name: string
  assigned_at: number
}
