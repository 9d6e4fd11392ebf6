/** The tables, as Kysely sees them. Times are whole seconds since the epoch; booleans are 0 or 1 on both databases. */
import type { Generated } from 'kysely'
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { IncidentKind } from '../domain/incident.ts'
import type { InteractionResult } from '../domain/session.ts'
import type {
  CredentialsRow,
  DirectoryLinkRow,
  GroupMemberRow,
  GroupRoleRow,
  GroupRow,
  ProfileRow,
  RoleRow,
  SubjectRow,
  UserAttributesRow,
  UserRoleRow,
} from './user-rows.ts'

export interface Schema {
  subjects: SubjectRow
  profiles: ProfileRow
  credentials: CredentialsRow
  items: ItemRow
  signing_keys: SigningKeyRow
  throttle: ThrottleRow
  traces: TraceRow
  clients: ClientRow
  client_secrets: ClientSecretRow
  client_origins: ClientOriginRow
  sessions: SessionRow
  interaction_answers: InteractionResultRow
  consents: ConsentRow
  grants: GrantRow
  authorization_codes: AuthorizationCodeRow
  revoked_tokens: RevokedTokenRow
  refresh_tokens: RefreshTokenRow
  incidents: IncidentRow
  logout_deliveries: LogoutDeliveryRow
  removals: RemovalRow
  former_defaults: FormerDefaultRow
  directory_links: DirectoryLinkRow
  user_attributes: UserAttributesRow
  groups: GroupRow
  group_members: GroupMemberRow
  roles: RoleRow
  user_roles: UserRoleRow
  group_roles: GroupRoleRow
  restores: RestoreRow
  issuers: IssuerRow
}

export interface FormerDefaultRow {
  name: string
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
  /** The private key in PKCS#8, sealed under SECRET_KEY. Empty when the key is retired. */
  sealed_private_key: string
  created_at: number
  /** Since when the key signs. `null`: it is the next one. */
  activated_at: number | null
  retired_at: number | null
  /** Until when a retired key is published. */
  expires_at: number | null
  revoked_at: number | null
  revocation_reason: string | null
}

export interface ThrottleRow {
  /** SHA-256 of what is counted: a username or an address. */
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
  /** JSON of a list. */
  amr: string
  acr: string
  authenticated_at: number
  selected_at: number
  last_seen_at: number
  expires_at: number
}

export interface InteractionResultRow {
  browser_hash: string
  /** SHA-256 of the authorization request's query string. */
  request_hash: string
  answer: InteractionResult
  expires_at: number
}

export interface ConsentRow {
  user_id: string
  client_id: string
  /** JSON of an object: for each resource server its scopes, in one text. */
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
  /** JSON of a list. */
  amr: string
  acr: string
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
  /** `null`, as are the next three, for tokens that were revoked before migration 0008. */
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
  /** The scopes of the first use. */
  used_scope: string | null
  /** The resources of the first use: JSON of a list. */
  used_resources: string | null
  /** JSON of the first use's `RequestFacts`. */
  used_by: string | null
}

export interface IncidentRow {
  /** The id of the request that was rejected. */
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

/** A removed user or client, or the revocation of all of a client's own tokens. */
export interface RemovalRow {
  kind: 'user' | 'client' | 'own_tokens'
  id: string
  removed_at: number
}

/** A restore of the database from a backup. */
export interface RestoreRow {
  tokens_valid_from: number
  /** `null`: by other means than a backup of ours. */
  backup_made_at: number | null
}

/** An issuer that processes on this database serve. */
export interface IssuerRow {
  issuer: string
  seen_at: number
}
