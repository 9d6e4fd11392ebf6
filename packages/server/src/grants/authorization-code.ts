/**
 * The authorization code grant (RFC 6749 §4.1.3, OAuth 2.1 §4.1.3) with PKCE (RFC 7636 §4.6).
 *
 * code missing                                              -> invalid_request
 * unknown code, another client's, expired, user disabled    -> invalid_grant
 * a resource that was not granted                           -> invalid_target; the code stays valid
 * no scope left that the client is allowed                  -> invalid_grant
 * used before                                               -> invalid_grant; the grant of the first use is revoked
 * consumed by a request that failed a check                 -> invalid_grant; nothing was issued, nothing is revoked
 * other redirect_uri; verifier missing, unexpected or wrong -> invalid_grant, and the code is consumed: one try, not many
 */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { mayUseGrant } from '../domain/client.ts'
import type { Grant } from '../domain/grant.ts'
import type { RequestFacts } from '../domain/incident.ts'
import { isCodeVerifier } from '../domain/pkce.ts'
import type { User } from '../domain/user.ts'
import { occurrence } from '../hooks/events.ts'
import type { AuthenticatedClient } from '../oauth/authenticate-client.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Form } from '../oauth/form.ts'
import type { Reason } from '../oauth/reasons.ts'
import { chooseResources } from '../oauth/resource.ts'
import type { CodeUse, StoredCode } from '../store/authorization-codes.ts'
import type { Tables } from '../store/tables.ts'
import { untilKnown } from '../store/until-known.ts'
import { confirmOwner } from '../token-status/confirm-owner.ts'
import { requestFacts, revokeReused } from '../token-status/revoke-reused.ts'
import { codeLifetime } from '../tokens/authorization-code.ts'
import { hashToken } from '../tokens/random-token.ts'
import { type IssuedRefreshToken, newRefreshToken, refreshTokenExpiry } from '../tokens/refresh-token.ts'
import { createGrantedTokens } from '../tokens/token-response.ts'
import { clockDifference, describeDifference } from '../trace/difference.ts'
import { step } from '../trace/trace.ts'
import type { GrantHandler } from './grant-handler.ts'

/** A code that the client may exchange, with its grant and user. */
interface Redeemable {
  readonly hash: string
  readonly code: StoredCode
  readonly grant: Grant
  readonly user: User
}

export const authorizationCodeGrant: GrantHandler = {
  type: 'authorization_code',
  exchange: async (ctx, client, form, request, requested) => {
    const hash = hashToken(form.require('code'))
    const facts = requestFacts(ctx, request)
    const redeemable = await step(
      request.trace,
      'find_code',
      () => findRedeemable(ctx, client, hash, facts),
      ({ grant }) => ({ grant_id: grant.id, user_id: grant.userId }),
    )
    await step(request.trace, 'check_code', () => checkCode(ctx, client, redeemable, form, facts))
    const { code, grant: granted, user } = redeemable
    const resources = chooseResources(ctx.config, granted.resources, requested)
    const grant = { ...granted, scopes: scopesLeft(client, granted), resources }
    const expiresAt = refreshTokenExpiry(ctx.config, grant, facts.happenedAt)
    const refreshToken = mayUseGrant(client, 'refresh_token') ? { ...newRefreshToken(ctx), expiresAt } : undefined
    const tokens = { client, grant, user, nonce: code.nonce, refreshToken }
    // Signed before the transaction, so that the transaction is short. If it fails, the tokens were never sent.
    const response = await createGrantedTokens(ctx, request.trace, tokens)
    await step(request.trace, 'consume_code', () => consume(ctx, redeemable, refreshToken, facts))
    const { id: grantId, clientId, userId, scopes } = grant
    const event = { grantType: 'authorization_code', clientId, userId, grantId, scopes }
    ctx.emit({ type: 'granted', ...event, ...occurrence(ctx, request) })
    return response
  },
}

async function findRedeemable(
  ctx: Context,
  client: AuthenticatedClient,
  hash: string,
  facts: RequestFacts,
): Promise<Redeemable> {
  const code = await ctx.store.authorizationCodes.find(hash)
  const grant = code && (await ctx.store.grants.find(code.grantId))
  if (!grant) throw rejection('code_unknown')
  // RFC 6749 §4.1.3: ensure that the code was issued to the authenticated client. Another client cannot consume it.
  if (grant.clientId !== client.id) throw rejection('code_of_another_client')
  if (code.consumedBy) return await rejectUsed(ctx, grant, code.consumedBy, facts)
  if (grant.revokedAt !== null) throw rejection('grant_revoked')
  const age = facts.happenedAt - code.expiresAt
  // A code from the future means that the clock was set back. That must not revive an old code.
  if (age >= 0 || age < -2 * codeLifetime)
    throw rejection('code_expired', { expected: `within ${codeLifetime} s`, received: clockDifference(age) })
  await confirmOwner(ctx, grant.userId)
  const user = await ctx.store.users.findById(grant.userId)
  if (!user) throw rejection('unknown_subject')
  if (user.subject.isDisabled) throw rejection('user_disabled')
  return { hash, code, grant: { ...grant, expiresAt: code.grantEndsAt }, user }
}

/** RFC 6749 §4.1.2: if a code is used more than once, the server MUST deny the request and SHOULD revoke the tokens of the first use. */
async function rejectUsed(ctx: Context, grant: Grant, first: CodeUse, second: RequestFacts): Promise<never> {
  if (first.hasFailed) throw consumed(first, second)
  await revokeReused(ctx, 'code_replayed', grant, first, second)
  throw rejection('code_replayed', {
    expected: 'a code that was not used',
    received: `a code used ${second.happenedAt - first.happenedAt} s ago by request ${first.requestId}`,
  })
}

function consumed(first: CodeUse, second: RequestFacts): OAuthError {
  return rejection('code_consumed', {
    expected: 'a code that was not used',
    received: `a code consumed ${second.happenedAt - first.happenedAt} s ago by request ${first.requestId}`,
  })
}

/** A failure here consumes the code, so that nobody can try one verifier after the other (RFC 7636 §7.1). */
async function checkCode(
  ctx: Context,
  client: AuthenticatedClient,
  { hash, code }: Redeemable,
  form: Form,
  facts: RequestFacts,
): Promise<void> {
  const problem = redirectUriProblem(client, code, form) ?? verifierProblem(code, form)
  if (!problem) return
  await ctx.store.authorizationCodes.consume(hash, { ...facts, hasFailed: true })
  throw problem
}

function redirectUriProblem(client: AuthenticatedClient, code: StoredCode, form: Form): OAuthError | undefined {
  const presented = form.get('redirect_uri')
  // RFC 6749 §4.1.3: REQUIRED if the authorization request had one, and their values MUST be identical.
  if (code.redirectUri === (presented ?? null)) return undefined
  if (code.redirectUri === null && presented !== undefined && client.redirectUris.includes(presented)) return undefined
  const expected = code.redirectUri ?? 'none'
  return rejection('code_redirect_uri_mismatch', {
    expected,
    received: presented === undefined ? 'none' : describeDifference([expected], presented),
  })
}

function verifierProblem({ codeChallenge }: StoredCode, form: Form): OAuthError | undefined {
  const verifier = form.get('code_verifier')
  // RFC 9700 §2.1.1, §4.8.2: a verifier without a challenge means that an attacker removed the challenge.
  if (codeChallenge === null) return verifier === undefined ? undefined : rejection('pkce_verifier_unexpected')
  if (verifier === undefined) return rejection('pkce_verifier_missing', { expected: 'code_verifier' })
  if (!isCodeVerifier(verifier)) return rejection('pkce_verifier_malformed', { expected: '43 to 128 characters' })
  // RFC 7636 §4.6: if the values are not equal, invalid_grant.
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return challenge === codeChallenge
    ? undefined
    : rejection('pkce_verifier_mismatch', { expected: 'S256 of the verifier' })
}

/** The client may have lost scopes since the authorization request. */
function scopesLeft(client: AuthenticatedClient, { scopes }: Grant): readonly string[] {
  const left = scopes.filter((scope) => client.scopes.includes(scope))
  if (left.length === 0 && scopes.length > 0) throw rejection('scopes_withdrawn', { expected: client.scopes.join(' ') })
  return left
}

/**
 * The grant is extended in the same transaction: it is revoked before this transaction or after it, never in between. It is locked
 * first, as when it is removed with its codes and tokens: in another order, the two transactions could deadlock.
 */
async function consume(
  ctx: Context,
  { hash, grant }: Redeemable,
  refreshToken: IssuedRefreshToken | undefined,
  facts: RequestFacts,
): Promise<void> {
  const createdAt = facts.happenedAt
  const redeem = async ({ grants, authorizationCodes, refreshTokens }: Tables) => {
    if (!(await grants.extend(grant.id, grant.expiresAt, createdAt))) return 'grant_ended'
    if (!(await authorizationCodes.consume(hash, facts))) {
      const first = (await authorizationCodes.find(hash))?.consumedBy
      // By this request, which lost its connection then.
      if (first?.requestId === facts.requestId && !first.hasFailed) return 'consumed'
      // Thrown inside the transaction, so that the grant is not extended without a token.
      if (first?.hasFailed) throw consumed(first, facts)
      return 'used_already'
    }
    if (refreshToken) {
      const { hash: tokenHash, expiresAt } = refreshToken
      await refreshTokens.insert(tokenHash, { grantId: grant.id, createdAt, expiresAt })
    }
    return 'consumed'
  }
  const outcome = await untilKnown(() => ctx.store.transaction(redeem))
  if (outcome === 'grant_ended') throw rejection('grant_revoked')
  if (outcome === 'consumed') return
  // Another request with the same code was faster.
  const code = await ctx.store.authorizationCodes.find(hash)
  await rejectUsed(ctx, grant, code?.consumedBy ?? facts, facts)
}

/** RFC 6749 §5.2: invalid, expired, of another client or redirect URI: all are invalid_grant. */
function rejection(reason: Reason, facts: { readonly expected?: string; readonly received?: string } = {}): OAuthError {
  return new OAuthError('invalid_grant', 'The authorization code is not valid', { reason, ...facts })
}
