/**
 * Whether an access token is good now: what has happened since it was signed to the token, its grant, its user and its client.
 * Others are told of the same by the revocation feed (`revocation-list.ts`).
 */
import type { VerifiedToken } from '@countersign/guard/verifier'
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import { type Client, firstPartyClient } from '../domain/client.ts'
import type { TokenOwner } from '../domain/user.ts'

export interface TokenStanding {
  /** Whom it speaks for. `undefined` when it is a client's own, or its user is gone. */
  readonly user: TokenOwner | undefined
  /** Whom it was issued to, as registered now. */
  readonly client: Client | undefined
  /** Why it is not good; `undefined` when it is. Of a disabled user only when nothing else is wrong. */
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

/** At every request that brings a token: without a promise where the database answers at once. */
export function standingOf(ctx: Context, token: VerifiedToken): TokenStanding | Promise<TokenStanding> {
  const client = findIssuedTo(ctx, token)
  const owner = isClientsOwn(token) ? findClientsOwn(ctx, token) : findOwner(ctx, token)
  if (client instanceof Promise || owner instanceof Promise) {
    return Promise.all([client, owner]).then(([found, state]) => judge(token, found, state))
  }
  return judge(token, client, owner)
}

/** Whether the token was issued to a client for itself (RFC 6749 §4.4), not for a user. */
export function isClientsOwn(token: VerifiedToken): boolean {
  return token.clientId === token.subject
}

/** The grant that the token came of, if any. */
export function grantIdOf({ claims: { grant_id: grantId } }: VerifiedToken): string | undefined {
  return typeof grantId === 'string' ? grantId : undefined
}

/** The client that the token was issued to. Tokens of the tutorial's form name none: they are our own software's. */
export function clientIdOf(token: VerifiedToken): string {
  return token.clientId ?? firstPartyClient.id
}

/** Tokens that the tutorial's own code made with the same secret name no scope: they have the default ones. */
export function scopesOf({ config }: Pick<Context, 'config'>, token: VerifiedToken): readonly string[] {
  return token.scopes ?? (config.algorithm === 'HS256' ? config.defaultScopes : [])
}

/** What the token may be used for still: its scopes but those that its client has lost since. */
export function scopesLeft(ctx: Pick<Context, 'config'>, token: VerifiedToken, client: Client): readonly string[] {
  const scopes = scopesOf(ctx, token)
  return client.id === firstPartyClient.id ? scopes : scopes.filter((scope) => client.scopes.includes(scope))
}

function findIssuedTo(ctx: Context, token: VerifiedToken): Client | undefined | Promise<Client | undefined> {
  const id = clientIdOf(token)
  return id === firstPartyClient.id ? firstPartyClient : findClient(ctx, id)
}

function findOwner(ctx: Context, token: VerifiedToken): OwnerState | undefined | Promise<OwnerState | undefined> {
  return ctx.store.tokenOwners.find({ subject: token.subject, tokenId: token.tokenId, grantId: grantIdOf(token) })
}

function findClientsOwn({ store }: Context, token: VerifiedToken): OwnerState | Promise<OwnerState> {
  const isRevoked = token.tokenId !== undefined && store.revokedTokens.has(token.tokenId)
  const isEnded = store.removals.hasEndedOwn(token.subject, issuedAtOf(token))
  if (isRevoked instanceof Promise || isEnded instanceof Promise) {
    return Promise.all([isRevoked, isEnded]).then((ends) => ({ user: undefined, isRevoked: ends.includes(true) }))
  }
  return { user: undefined, isRevoked: isRevoked || isEnded }
}

function judge(token: VerifiedToken, client: Client | undefined, owner: OwnerState | undefined): TokenStanding {
  const user = owner?.user
  const issuedAt = issuedAtOf(token)
  // The client that it was issued to is gone: another one has been registered under the same id.
  if (!client || issuedAt < (client.registeredAt ?? 0)) return { user, client, problem: 'unknown_client' }
  if (client.isDisabled) return { user, client, problem: 'client_disabled' }
  if (!owner) return { user, client, problem: 'unknown_subject' }
  if (owner.isRevoked || issuedAt < (user?.tokensValidFrom ?? 0)) return { user, client, problem: 'token_revoked' }
  return { user, client, problem: user?.isDisabled ? 'user_disabled' : undefined }
}

/** Before every other one when it does not tell: the tutorial's own code writes no `iat`. */
export function issuedAtOf({ claims: { iat } }: VerifiedToken): number {
  return typeof iat === 'number' ? iat : 0
}
