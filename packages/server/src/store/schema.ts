/** The tables, as Kysely sees them. Times are whole seconds since the epoch; booleans are 0 or 1 on both databases. */
import type { Generated } from 'kysely'
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { IncidentKind } from '../domain/incident.ts'
import type { InteractionResult } from '../domain/session.ts'

export interface Schema {
  users: UserRow
  items: ItemRow
  signing_keys: SigningKeyRow
  throttle: ThrottleRow
  traces: TraceRow
  clients: ClientRow
  client_secrets: ClientSecretRow
  client_origins: ClientOriginRow
  sessions: SessionRow
  interaction_answers: InteractionAnswerRow
  consents: ConsentRow
  grants: GrantRow
  authorization_codes: AuthorizationCodeRow
  revoked_tokens: RevokedTokenRow
  refresh_tokens: RefreshTokenRow
  incidents: IncidentRow
  logout_deliveries: LogoutDeliveryRow
  removals: RemovalRow
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
  is_email_verified: number
  /** JSON of further OIDC standard claims (OIDC Core §5.1). */
  profile: string | null
  tokens_valid_from: number
  /** `null` also for those that came disabled: they were never given a token. */
  disabled_at: number | null
  created_at: number
  updated_at: number
}

export interface ItemRow {
  item_id: Generated<number>
  owner_id: string
}

export interface SigningKeyRow {
  key_id: string
  algorithm: AsymmetricAlgorithm
  /** JSON of the public JWK. */
  public_jwk: string
  /** The private key in PKCS#8, sealed under SECRET_KEY; empty when the key is retired. */
  sealed_private_key: string
  created_at: number
  /** Since when the key signs. `null`: it is the next one. */
  activated_at: number | null
  retired_at: number | null
  /** Until when a retired key is published. */
  expires_at: number | null
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

export interface ClientRow {
  id: string
  /** JSON of `ClientMetadata`. */
  metadata: string
  is_disabled: number
  disabled_at: number | null
  created_at: number
  updated_at: number
}

export interface ClientSecretRow {
  client_id: string
  /** SHA-256 of the secret. */
  secret_hash: string
  created_at: number
  /** `null` for the newest. */
  expires_at: number | null
}

export interface ClientOriginRow {
  client_id: string
  origin: string
}

export interface SessionRow {
  id: string
  /** SHA-256 of the cookie that names the browser. */
  browser_hash: string
  user_id: string
  authenticated_at: number
  selected_at: number
  last_seen_at: number
  expires_at: number
}

export interface InteractionAnswerRow {
  browser_hash: string
  /** SHA-256 of the authorization request's query string. */
  request_hash: string
  answer: InteractionResult
  expires_at: number
}

export interface ConsentRow {
  user_id: string
  client_id: string
  /** JSON of an object: by resource server the scopes, in one text. */
  allowed: string
  given_at: number
}

export interface GrantRow {
  id: string
  client_id: string
  user_id: string
  session_id: string | null
  scope: string
  /** Whether the scope has `offline_access`. */
  is_offline: number
  /** JSON of `RequestedClaims`. */
  claims: string
  /** JSON of a list. */
  resources: string
  authenticated_at: number
  created_at: number
  expires_at: number
  revoked_at: number | null
  revocation_reason: string | null
}

export interface AuthorizationCodeRow {
  /** SHA-256 of the code. */
  code_hash: string
  grant_id: string
  redirect_uri: string | null
  nonce: string | null
  code_challenge: string | null
  expires_at: number
  grant_ends_at: number
  consumed_at: number | null
  /** JSON of `CodeUse`. */
  consumed_by: string | null
}

export interface RevokedTokenRow {
  token_id: string
  /** `null`, as are the next three, for those that were revoked before it was kept. */
  subject: string | null
  client_id: string | null
  has_grant: number | null
  issued_at: number | null
  expires_at: number
}

export interface RefreshTokenRow {
  /** SHA-256 of the token. */
  token_hash: string
  grant_id: string
  created_at: number
  expires_at: number
  used_at: number | null
  /** What the first use was narrowed to. */
  used_scope: string | null
  /** The same of resources: JSON of a list. */
  used_resources: string | null
  /** JSON of the first use's `RequestFacts`. */
  used_by: string | null
}

export interface IncidentRow {
  /** The id of the request that was refused. */
  id: string
  kind: IncidentKind
  grant_id: string
  client_id: string
  user_id: string
  /** JSON of `RequestFacts`, as is `second`. */
  first: string
  second: string
  happened_at: number
}

export interface LogoutDeliveryRow {
  id: string
  client_id: string
  session_id: string
  user_id: string
  attempts: number
  next_attempt_at: number
}

/** A user or a client that is gone, or all that a client had of tokens of its own. */
export interface RemovalRow {
  kind: 'user' | 'client' | 'own_tokens'
  id: string
  removed_at: number
}
