/** Which tables a move copies: all of them, with the columns of their primary keys. */
import { backedUpTables, endedByRestore } from '../backed-up-tables.ts'
import type { Schema } from '../schema.ts'

export type MovedTable = keyof Schema

/** What a table refers to stands before it. */
export const movedTables: readonly MovedTable[] = [...backedUpTables, ...endedByRestore.toReversed()]

/** The tables that others refer to. Besides its key, none of them has anything that must be unique. */
export const referredTo: readonly MovedTable[] = ['subjects', 'groups', 'roles', 'clients', 'grants']

export const keyColumns: { readonly [Table in MovedTable]: readonly (keyof Schema[Table] & string)[] } = {
  former_defaults: ['name'],
  restores: ['tokens_valid_from'],
  subjects: ['id'],
  profiles: ['subject_id'],
  credentials: ['subject_id'],
  items: ['item_id'],
  directory_links: ['subject_id'],
  user_attributes: ['subject_id'],
  groups: ['name'],
  group_members: ['subject_id', 'group_name', 'source'],
  roles: ['name'],
  user_roles: ['subject_id', 'role_name'],
  group_roles: ['group_name', 'role_name'],
  clients: ['id'],
  client_secrets: ['client_id', 'secret_hash'],
  client_origins: ['client_id', 'origin'],
  signing_keys: ['key_id'],
  incidents: ['id'],
  issuers: ['issuer'],
  traces: ['request_id'],
  throttle: ['key'],
  logout_deliveries: ['id'],
  removals: ['kind', 'id'],
  revoked_tokens: ['token_id'],
  sessions: ['id'],
  interaction_answers: ['browser_hash', 'request_hash', 'answer'],
  consents: ['user_id', 'client_id'],
  grants: ['id'],
  authorization_codes: ['code_hash'],
  refresh_tokens: ['token_hash'],
}

/** The other columns of keys are texts. */
const numbers: readonly string[] = ['tokens_valid_from', 'item_id']

export function isNumber(column: string): boolean {
  return numbers.includes(column)
}
