/**
 * The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2): every use replaces the token. A client that lost the response may
 * repeat the request within the grace period; later reuse revokes the grant.
 *
 * unknown, expired, or of another client                   -> invalid_grant, and nothing changes
 * grant revoked or expired, user removed or disabled       -> invalid_grant
 * a scope that the user did not grant                      -> invalid_scope, unless the login ignored it and the request repeats that of the login
 * a resource that was not granted                          -> invalid_target
 * no scope left that the client is allowed                 -> invalid_grant
 * reused within the grace period, successor not used       -> the same successor, with at most the scopes and resources of the first use
 * any other reuse                                          -> invalid_grant; the grant is revoked, and an incident recorded
 */
import type { Context } from '../context.ts'
import type { Grant } from '../domain/grant.ts'
import type { RequestFacts } from '../domain/incident.ts'
import type { RefreshToken, RefreshTokenUse } from '../domain/refresh-token.ts'
import { grantScopes, scopesIn } from '../domain/scope.ts'
import type { User } from '../domain/user.ts'
import { occurrence } from '../hooks/events.ts'
import type { AuthenticatedClient } from '../oauth/authenticate-client.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reason } from '../oauth/reasons.ts'
import { chooseResources } from '../oauth/resource.ts'
import type { Request } from '../request.ts'
import type { ReplacementOutcome } from '../store/replace-refresh-token.ts'
import { untilKnown } from '../store/until-known.ts'
import { confirmOwner } from '../token-status/confirm-owner.ts'
import { requestFacts, revokeReused } from '../token-status/revoke-reused.ts'
import { hashToken } from '../tokens/random-token.ts'
import { type MadeRefreshToken, refreshTokenExpiry, successorOf } from '../tokens/refresh-token.ts'
import { createGrantedTokens, type TokenResponse } from '../tokens/token-response.ts'
import { clockDifference } from '../trace/difference.ts'
import { step } from '../trace/trace.ts'
import type { GrantHandler } from './grant-handler.ts'

/** A refresh token that the client may use, with its grant and user. */
interface Presented {
  readonly hash: string
  /** The token that the response has in its place. */
  readonly successor: MadeRefreshToken
  readonly stored: RefreshToken
  readonly grant: Grant
  readonly user: User
}

/** What the request asks for. */
interface Requested {
  readonly scope: string | undefined
  readonly resources: readonly string[]
}

/** What the access token gets. */
type Chosen = Pick<Grant, 'scopes' | 'resources'>

export const refreshTokenGrant: GrantHandler = {
  type: 'refresh_token',
  exchange: async (ctx, client, form, request, resources) => {
    const token = form.require('refresh_token')
    const presented = await step(
      request.trace,
      'find_refresh_token',
      () => findPresented(ctx, client, token),
      ({ grant }) => ({ grant_id: grant.id, user_id: grant.userId }),
    )
    const requested = { scope: form.get('scope'), resources }
    const { use } = presented.stored
    if (use) return await repeat(ctx, client, request, presented, use, requested)

    const chosen = choose(ctx, client, presented.grant, requested)
    const facts = requestFacts(ctx, request)
    const expiresAt = refreshTokenExpiry(ctx.config, presented.grant, facts.happenedAt)
    // Signed before the transaction, so that the transaction is short. If it fails, the tokens were never sent.
    const response = await createResponse(ctx, client, request, presented, chosen, expiresAt)
    const outcome = await step(
      request.trace,
      'rotate_refresh_token',
      () => replace(ctx, presented, expiresAt, { ...chosen, request: facts }),
      (result) => ({ outcome: result }),
    )
    if (outcome === 'grant_ended') throw rejection('grant_revoked')
    const first = outcome === 'replaced' ? undefined : (await ctx.store.refreshTokens.find(presented.hash))?.use
    // Used by this request all the same, when it lost its connection at that moment.
    if (outcome === 'replaced' || first?.request.requestId === facts.requestId) {
      const { id: grantId, clientId, userId } = presented.grant
      const refreshed = { clientId, userId, grantId, scopes: chosen.scopes }
      ctx.emit({ type: 'refreshed', ...refreshed, ...occurrence(ctx, request) })
      return response
    }
    // Another request with the same token was faster: this one repeats it.
    if (!first) throw rejection('refresh_token_unknown')
    return await repeat(ctx, client, request, presented, first, requested)
  },
}

async function findPresented(ctx: Context, client: AuthenticatedClient, token: string): Promise<Presented> {
  const { store } = ctx
  const now = Math.floor(ctx.now())
  const hash = hashToken(token)
  const stored = await store.refreshTokens.find(hash)
  if (!stored) throw rejection('refresh_token_unknown')
  const grant = await store.grants.find(stored.grantId)
  if (!grant) throw rejection('refresh_token_unknown')
  // RFC 6749 §6, §10.4: the token is bound to the client it was issued to. Another client must not be able to harm the grant.
  if (grant.clientId !== client.id) throw rejection('refresh_token_of_another_client')
  if (grant.revokedAt !== null) throw rejection('grant_revoked')
  if (grant.expiresAt <= now) {
    const expected = `at most ${ctx.config.refreshTokenLifetime} s`
    throw rejection('grant_expired', { expected, received: clockDifference(now - grant.expiresAt) })
  }
  await confirmOwner(ctx, grant.userId)
  const user = await store.users.findById(grant.userId)
  if (!user) throw rejection('unknown_subject')
  if (user.subject.isDisabled) throw rejection('user_disabled')
  // Only unused tokens: for a used one, the grace period decides.
  if (stored.use === null && stored.expiresAt <= now) {
    const expected = `used within ${ctx.config.refreshTokenIdleLifetime} s`
    throw rejection('refresh_token_expired', { expected, received: clockDifference(now - stored.expiresAt) })
  }
  return { hash, successor: successorOf(ctx.config, token), stored, grant, user }
}

function replace(
  ctx: Context,
  { hash, successor, grant }: Presented,
  expiresAt: number,
  use: RefreshTokenUse,
): Promise<ReplacementOutcome> {
  const createdAt = use.request.happenedAt
  const replacement = {
    hash,
    use,
    successorHash: successor.hash,
    successor: { grantId: grant.id, createdAt, expiresAt },
  }
  return untilKnown(() => ctx.store.refreshTokens.replace(replacement))
}

/** The token was used before: by the same client, which lost the response or sends parallel requests, or by a thief. */
async function repeat(
  ctx: Context,
  client: AuthenticatedClient,
  request: Request,
  presented: Presented,
  first: RefreshTokenUse,
  requested: Requested,
): Promise<TokenResponse> {
  const second = requestFacts(ctx, request)
  const { expiresAt } = await step(request.trace, 'check_reuse', () =>
    requireGrace(ctx, presented, first.request, second),
  )
  const chosen = choose(ctx, client, first, requested)
  return await createResponse(ctx, client, request, presented, chosen, expiresAt)
}

/** Returns the successor, which the client has not used. */
async function requireGrace(
  ctx: Context,
  { successor: { hash: successorHash }, grant }: Presented,
  first: RequestFacts,
  second: RequestFacts,
): Promise<RefreshToken> {
  const { refreshTokenGrace } = ctx.config
  const age = second.happenedAt - first.happenedAt
  const isInGrace = refreshTokenGrace > 0 && age <= refreshTokenGrace
  const successor = await ctx.store.refreshTokens.find(successorHash)
  // A used successor means that the client has the response: this request comes from somebody else, or from a restored backup.
  if (isInGrace && successor?.use === null) return successor
  // SECRET_KEY was replaced: the successor can no longer be derived, and nobody reused anything.
  if (isInGrace && !successor) throw rejection('refresh_token_unknown')

  // RFC 9700 §4.14.2: the server cannot know which of the two is the thief, and revokes the active refresh token.
  await revokeReused(ctx, 'refresh_token_reused', grant, first, second)
  throw rejection('refresh_token_reused', {
    expected: isInGrace ? 'the successor, which was used already' : `a second use within ${refreshTokenGrace} s`,
    received: `a token used ${age} s ago by request ${first.requestId}`,
  })
}

/** What the request selects from `granted`. */
function choose(ctx: Context, client: AuthenticatedClient, granted: Chosen, requested: Requested): Chosen {
  return {
    scopes: chooseScopes(client, granted, requested.scope),
    resources: chooseResources(ctx.config, granted.resources, requested.resources),
  }
}

function chooseScopes(
  client: AuthenticatedClient,
  granted: { readonly scopes: readonly string[] },
  requested: string | undefined,
): readonly string[] {
  // RFC 6749 §6: the scope MUST NOT include any that was not granted; if omitted, it is what was granted.
  const chosen = repeatsLogin(client, granted.scopes, requested)
    ? granted.scopes
    : grantScopes(requested, granted.scopes, granted.scopes)
  if (!chosen) {
    throw new OAuthError('invalid_scope', 'a requested scope was not granted', {
      reason: 'scope_not_granted',
      expected: granted.scopes.join(' '),
    })
  }
  const allowed = chosen.filter((scope) => client.scopes.includes(scope))
  if (allowed.length === 0 && chosen.length > 0)
    throw rejection('scopes_withdrawn', { expected: client.scopes.join(' ') })
  return allowed
}

/**
 * Whether the request names all that was granted, and beside it only what the client cannot have: some clients send the scope of their
 * login with each refresh, also what the login ignored of it.
 */
function repeatsLogin(client: AuthenticatedClient, granted: readonly string[], requested: string | undefined): boolean {
  const names = scopesIn(requested)
  return (
    granted.every((name) => names.includes(name)) &&
    names.every((name) => granted.includes(name) || !client.scopes.includes(name))
  )
}

function createResponse(
  ctx: Context,
  client: AuthenticatedClient,
  { trace }: Request,
  { successor, grant, user }: Presented,
  chosen: Chosen,
  expiresAt: number,
): Promise<TokenResponse> {
  // OpenID Connect Core §12.2: an ID token without a nonce, about the original authentication.
  const tokens = {
    client,
    grant: { ...grant, ...chosen },
    user,
    nonce: null,
    refreshToken: { ...successor, expiresAt },
  }
  return createGrantedTokens(ctx, trace, tokens)
}

/** RFC 6749 §5.2: invalid, expired, revoked, of another client: all are invalid_grant. */
function rejection(reason: Reason, facts: { readonly expected?: string; readonly received?: string } = {}): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is not valid', { reason, ...facts })
}
