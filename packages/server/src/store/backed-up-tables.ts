/** Which tables a backup has: what operators and users entered. What a restore ends is not in it (docs/decisions/0092). */
import type { Schema } from './schema.ts'

type EndedTable = Extract<
  keyof Schema,
  | 'refresh_tokens'
  | 'authorization_codes'
  | 'grants'
  | 'consents'
  | 'interaction_answers'
  | 'sessions'
  | 'revoked_tokens'
  | 'removals'
  | 'logout_deliveries'
  | 'throttle'
  | 'traces'
  | 'issuers'
>

export type BackedUpTable = Exclude<keyof Schema, EndedTable>

/** The tables of a backup. What a table refers to stands before it. */
export const backedUpTables: readonly BackedUpTable[] = [
  'former_defaults',
  'restores',
  'subjects',
  'profiles',
  'credentials',
  'items',
  'directory_links',
  'user_attributes',
  'groups',
  'group_members',
  'roles',
  'user_roles',
  'group_roles',
  'clients',
  'client_secrets',
  'client_origins',
  'signing_keys',
  'incidents',
]

/** The tables that a restore empties. What refers to a table stands before it. */
export const endedByRestore: readonly EndedTable[] = [
  'refresh_tokens',
  'authorization_codes',
  'grants',
  'consents',
  'interaction_answers',
  'sessions',
  // They name tokens that are rejected by their age after a restore.
  'revoked_tokens',
  'removals',
  // Of minutes or days, and of no use afterwards.
  'logout_deliveries',
  'throttle',
  'traces',
  'issuers',
]
