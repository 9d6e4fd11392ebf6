/**
 * Whether an access token is active: what has happened to the token, its grant, its user and its client since it was signed. The
 * revocation feed (`revocation-list.ts`) says the same to resource servers.
 */
import type { VerifiedToken } from '@countersign/guard/verifier'
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import { type Client, firstPartyClient } from '../domain/client.ts'
import type { TokenOwner } from '../domain/user.ts'
import { confirmOwner } from './confirm-owner.ts'

export interface TokenStatus {
  /** The user. `undefined` for a client's own token, and when the user was removed. */
  readonly user: TokenOwner | undefined
  /** The client it was issued to, as registered now. */
  readonly client: Client | undefined
  /** Why it is not active; `undefined` when it is. `user_disabled` only when nothing else is wrong. */
  readonly problem:
    | 'unknown_client'
    | 'client_disabled'
    | 'unknown_subject'
    | 'token_revoked'
    | 'user_disabled'
    | undefined
}

interface OwnerState {
  readonly user: TokenOwner | undefined
  readonly isRevoked: boolean
}

/**
 * Runs at every request with a token: without a promise where the database returns at once.
 * @throws OAuthError `temporarily_unavailable` when the directory of the user does not respond
 */
export function findTokenStatus(ctx: Context, token: VerifiedToken): TokenStatus | Promise<TokenStatus> {
  const client = findIssuedTo(ctx, token)
  const owner = isClientsOwn(token) ? findClientsOwn(ctx, token) : findOwner(ctx, token)
  if (client instanceof Promise || owner instanceof Promise) {
    return Promise.all([client, owner]).then(([found, state]) => judge(ctx, token, found, state))
  }
  return judge(ctx, token, client, owner)
}

/** Whether the token was issued to a client for itself (RFC 6749 §4.4), not for a user. */
export function isClientsOwn(token: VerifiedToken): boolean {
  return token.clientId === token.subject
}

/** The grant that the token was issued from, if any. */
export function grantIdOf({ claims: { grant_id: grantId } }: VerifiedToken): string | undefined {
  return typeof grantId === 'string' ? grantId : undefined
}

/** The client that the token was issued to. Tokens in the tutorial's form name none: they belong to our own software. */
export function clientIdOf(token: VerifiedToken): string {
  return token.clientId ?? firstPartyClient.id
}

/** Tokens that the tutorial's own code signed with the same secret have no scope: they get the default ones. */
export function scopesOf({ config }: Pick<Context, 'config'>, token: VerifiedToken): readonly string[] {
  return token.scopes ?? (config.algorithm === 'HS256' ? config.defaultScopes : [])
}

/** The token's scopes without those that its client has lost since. */
export function scopesLeft(ctx: Pick<Context, 'config'>, token: VerifiedToken, client: Client): readonly string[] {
  const scopes = scopesOf(ctx, token)
  return client.id === firstPartyClient.id ? scopes : scopes.filter((scope) => client.scopes.includes(scope))
}

function findIssuedTo(ctx: Context, token: VerifiedToken): Client | undefined | Promise<Client | undefined> {
  const id = clientIdOf(token)
  return id === firstPartyClient.id ? firstPartyClient : findClient(ctx, id)
}

function findOwner(ctx: Context, token: VerifiedToken): OwnerState | undefined | Promise<OwnerState | undefined> {
  const find = () =>
    ctx.store.tokenStatus.find({ subject: token.subject, tokenId: token.tokenId, grantId: grantIdOf(token) })
  return confirmOwner(ctx, token.subject)?.then(find) ?? find()
}

function findClientsOwn({ store }: Context, token: VerifiedToken): OwnerState | Promise<OwnerState> {
  const isRevoked = token.tokenId !== undefined && store.revokedTokens.has(token.tokenId)
  const isEnded = store.removals.hasEndedOwn(token.subject, issuedAtOf(token))
  if (isRevoked instanceof Promise || isEnded instanceof Promise) {
    return Promise.all([isRevoked, isEnded]).then((ends) => ({ user: undefined, isRevoked: ends.includes(true) }))
  }
  return { user: undefined, isRevoked: isRevoked || isEnded }
}

function judge(
  { config, keys }: Context,
  token: VerifiedToken,
  client: Client | undefined,
  owner: OwnerState | undefined,
): TokenStatus {
  const user = owner?.user
  const issuedAt = issuedAtOf(token)
  // The database was restored from a backup, which cannot know what was revoked since it was made.
  const isBeforeRestore = latestIssue(token, config.accessTokenLifetime) < keys.tokensValidFrom()
  if (isBeforeRestore) return { user, client, problem: 'token_revoked' }
  // The client was removed, and another one has been registered under the same id.
  if (!client || issuedAt < (client.registeredAt ?? 0)) return { user, client, problem: 'unknown_client' }
  if (client.isDisabled) return { user, client, problem: 'client_disabled' }
  if (!owner) return { user, client, problem: 'unknown_subject' }
  if (owner.isRevoked || issuedAt < (user?.tokensValidFrom ?? 0)) return { user, client, problem: 'token_revoked' }
  return { user, client, problem: user?.isDisabled ? 'user_disabled' : undefined }
}

/**
 * In whole seconds, as the database has times: other systems with the same secret write fractions (RFC 7519 §2), and numbers below any that
 * it holds. 0 without `iat`, which the tutorial's own code does not write.
 */
export function issuedAtOf({ claims: { iat } }: VerifiedToken): number {
  return typeof iat === 'number' ? Math.max(0, Math.floor(iat)) : 0
}

/** Of a token without `iat`, which the tutorial's own code makes: by its `exp`, or no such token would be valid after a restore. */
function latestIssue(token: VerifiedToken, lifetime: number): number {
  return token.claims['iat'] === undefined ? token.expiresAt - lifetime : issuedAtOf(token)
}
