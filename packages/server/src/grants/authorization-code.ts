/**
 * The authorization code grant (RFC 6749 §4.1.3, OAuth 2.1 §4.1.3) with PKCE (RFC 7636 §4.6).
 *
 * code missing                                              -> invalid_request
 * unknown code, another client's, expired, user disabled    -> invalid_grant
 * a resource that was not granted                           -> invalid_target; the code stays good
 * none of its scopes may be had by the client any more      -> invalid_grant
 * used before                                               -> invalid_grant; what the first use made is revoked
 * used up by a request that failed a check                  -> invalid_grant; nothing was made, nothing is revoked
 * other redirect_uri; verifier missing, unexpected or wrong -> invalid_grant, and the code is used up: one guess, not many
 */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { mayUseGrant } from '../domain/client.ts'
import type { Grant as UserGrant } from '../domain/grant.ts'
import type { RequestFacts } from '../domain/incident.ts'
import { isCodeVerifier } from '../domain/pkce.ts'
import type { User } from '../domain/user.ts'
import type { AuthenticatedClient } from '../oauth/authenticate-client.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Form } from '../oauth/form.ts'
import type { Reason } from '../oauth/reasons.ts'
import { chooseResources } from '../oauth/resource.ts'
import type { CodeUse, StoredCode } from '../store/authorization-codes.ts'
import { requestFacts, revokeReused } from '../token-status/revoke-reused.ts'
import { codeLifetime } from '../tokens/authorization-code.ts'
import { hashToken } from '../tokens/random-token.ts'
import { type MadeRefreshToken, newRefreshToken, refreshTokenExpiry } from '../tokens/refresh-token.ts'
import { createGrantedTokens } from '../tokens/token-response.ts'
import { clockDifference, describeDifference } from '../trace/difference.ts'
import { step } from '../trace/trace.ts'
import type { Grant } from './grant-handler.ts'

/** A code that the client may exchange, with what it stands for. */
interface Redeemable {
  readonly hash: string
  readonly code: StoredCode
  readonly grant: UserGrant
  readonly user: User
}

export const authorizationCodeGrant: Grant = {
  type: 'authorization_code',
  exchange: async (ctx, client, form, request, asked) => {
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
    const resources = chooseResources(ctx.config, granted.resources, asked)
    const grant = { ...granted, scopes: scopesLeft(client, granted), resources }
    const refreshToken = mayUseGrant(client, 'refresh_token') ? newRefreshToken(ctx) : undefined
    const tokens = { client, grant, user, nonce: code.nonce, refreshToken }
    // Signed before the transaction, which is short; what is lost in it was never given out.
    const response = await createGrantedTokens(ctx, request.trace, tokens)
    await step(request.trace, 'consume_code', () => consume(ctx, redeemable, refreshToken, facts))
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
  if (!grant) throw refused('code_unknown')
  // RFC 6749 §4.1.3: ensure that the code was issued to the authenticated client. Another one can't use it up.
  if (grant.clientId !== client.id) throw refused('code_of_another_client')
  if (code.consumedBy) return await refuseUsed(ctx, grant, code.consumedBy, facts)
  if (grant.revokedAt !== null) throw refused('grant_revoked')
  const age = facts.happenedAt - code.expiresAt
  // Nor may a clock that was set back bring a code back: one that is from the future is not this moment's.
  if (age >= 0 || age < -2 * codeLifetime)
    throw refused('code_expired', { expected: `within ${codeLifetime} s`, received: clockDifference(age) })
  const user = await ctx.store.users.findById(grant.userId)
  if (!user) throw refused('unknown_subject')
  if (user.subject.isDisabled) throw refused('user_disabled')
  return { hash, code, grant: { ...grant, expiresAt: code.grantEndsAt }, user }
}

/** RFC 6749 §4.1.2: if a code is used more than once, the server MUST deny the request and SHOULD revoke what it made. */
async function refuseUsed(ctx: Context, grant: UserGrant, first: CodeUse, second: RequestFacts): Promise<never> {
  if (first.hasFailed) throw burnt(first, second)
  await revokeReused(ctx, 'code_replayed', grant, first, second)
  throw refused('code_replayed', {
    expected: 'a code that was not used',
    received: `a code used ${second.happenedAt - first.happenedAt} s ago by request ${first.requestId}`,
  })
}

function burnt(first: CodeUse, second: RequestFacts): OAuthError {
  return refused('code_consumed', {
    expected: 'a code that was not used',
    received: `a code used up ${second.happenedAt - first.happenedAt} s ago by request ${first.requestId}`,
  })
}

/** What fails here uses the code up (RFC 7636 §7.1: nobody may go on guessing the verifier). */
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
  return refused('code_redirect_uri_mismatch', {
    expected,
    received: presented === undefined ? 'none' : describeDifference([expected], presented),
  })
}

function verifierProblem({ codeChallenge }: StoredCode, form: Form): OAuthError | undefined {
  const verifier = form.get('code_verifier')
  // RFC 9700 §2.1.1 and §4.8.2: a verifier without a challenge means that somebody took the challenge out.
  if (codeChallenge === null) return verifier === undefined ? undefined : refused('pkce_verifier_unexpected')
  if (verifier === undefined) return refused('pkce_verifier_missing', { expected: 'code_verifier' })
  if (!isCodeVerifier(verifier)) return refused('pkce_verifier_malformed', { expected: '43 to 128 characters' })
  // RFC 7636 §4.6: if the values are not equal, invalid_grant.
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return challenge === codeChallenge
    ? undefined
    : refused('pkce_verifier_mismatch', { expected: 'S256 of the verifier' })
}

/** What the client was registered for at `/authorize`, it may have lost since. */
function scopesLeft(client: AuthenticatedClient, { scopes }: UserGrant): readonly string[] {
  const left = scopes.filter((scope) => client.scopes.includes(scope))
  if (left.length === 0 && scopes.length > 0) throw refused('scopes_withdrawn', { expected: client.scopes.join(' ') })
  return left
}

/**
 * The grant is claimed in the same transaction, so that whoever revokes it comes before this, or after, but not between; and
 * first, as by those who remove it with all that came of it: in the other order the two could wait for each other.
 */
async function consume(
  ctx: Context,
  { hash, grant }: Redeemable,
  refreshToken: MadeRefreshToken | undefined,
  facts: RequestFacts,
): Promise<void> {
  const createdAt = facts.happenedAt
  const outcome = await ctx.store.transaction(async ({ grants, authorizationCodes, refreshTokens }) => {
    if (!(await grants.extend(grant.id, grant.expiresAt, createdAt))) return 'grant_ended'
    if (!(await authorizationCodes.consume(hash, facts))) {
      const first = (await authorizationCodes.find(hash))?.consumedBy
      // Thrown in here, so that the grant is not left to live on without a token.
      if (first?.hasFailed) throw burnt(first, facts)
      return 'used_already'
    }
    if (refreshToken) {
      const expiresAt = refreshTokenExpiry(ctx.config, grant, createdAt)
      await refreshTokens.insert(refreshToken.hash, { grantId: grant.id, createdAt, expiresAt })
    }
    return 'consumed'
  })
  if (outcome === 'grant_ended') throw refused('grant_revoked')
  if (outcome === 'consumed') return
  // Another request with the same code was faster.
  const code = await ctx.store.authorizationCodes.find(hash)
  await refuseUsed(ctx, grant, code?.consumedBy ?? facts, facts)
}

/** RFC 6749 §5.2: invalid, expired, of another client or redirect URI: all are invalid_grant. */
function refused(reason: Reason, facts: { readonly expected?: string; readonly received?: string } = {}): OAuthError {
  return new OAuthError('invalid_grant', 'The authorization code is not valid', { reason, ...facts })
}
