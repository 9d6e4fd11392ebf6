/** The tables, as Kysely sees them. Times are whole seconds since the epoch; booleans are 0 or 1 on both databases. */
import type { Generated } from 'kysely'

export interface Schema {
  users: UserRow
  items: ItemRow
  signing_keys: SigningKeyRow
  throttle: ThrottleRow
  traces: TraceRow
}

export interface UserRow {
  id: string
  username: string
  /** `usernameKey(username)`: what is unique and looked up. */
  username_key: string
  email: string | null
  full_name: string | null
  password_hash: string | null
  is_disabled: number
  is_demo: number
  created_at: number
  updated_at: number
}

export interface ItemRow {
  item_id: Generated<number>
  owner_id: string
}

export interface SigningKeyRow {
  key_id: string
  algorithm: string
  /** JSON of the public JWK. */
  public_jwk: string
  /** The private key in PKCS#8, sealed under SECRET_KEY. */
  sealed_private_key: string
  created_at: number
  retired_at: number | null
}

export interface ThrottleRow {
  /** SHA-256 of what is counted: an account or an address. */
  key: string
  failures: number
  window_ends_at: number
}

export interface TraceRow {
  request_id: string
  method: string
  path: string
  status: number
  reason: string
  /** JSON of the steps. */
  steps: string
  happened_at: number
}
