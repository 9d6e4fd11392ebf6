/**
 * POST /revoke (RFC 7009): a client revokes a token. A refresh token is revoked with its whole grant, an access token alone.
 * `token_type_hint` is not needed, because the text of a token shows its type.
 *
 * unknown, expired, malformed, revoked before -> 200, and nothing changes
 * after very many access tokens of one user   -> 200, and all grants of the user to the client are revoked
 * a token of another client                   -> unauthorized_client, and nothing changes
 * an access token without a jti               -> unsupported_token_type
 */

import type { Context } from '../context.ts'
import { occurrence } from '../hooks/events.ts'
import { type AuthenticatedClient, authenticateClient } from '../oauth/authenticate-client.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readForm } from '../oauth/form.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { revokeToken } from '../token-status/revoke-token.ts'
import { clientIdOf, grantIdOf, isClientsOwn } from '../token-status/token-status.ts'
import { hashToken } from '../tokens/random-token.ts'
import { readAccessToken } from '../tokens/read-access-token.ts'
import { isRefreshToken } from '../tokens/refresh-token.ts'
import { step } from '../trace/trace.ts'

type Outcome = 'grant revoked' | 'access token revoked' | 'all access tokens revoked' | 'nothing to revoke'

export async function revoke(ctx: Context, request: Request): Promise<Reply> {
  const form = await step(request.trace, 'read_form', () => readForm(request))
  const client = await authenticateClient(ctx, request, form)
  const token = form.require('token')
  await step(
    request.trace,
    'revoke_token',
    () => (isRefreshToken(token) ? revokeRefreshToken : revokeAccessToken)(ctx, request, client, token),
    (outcome) => ({ outcome }),
  )
  // RFC 7009 §2.2: 200 for an invalid token too, because the client's purpose is reached. The content is ignored, but some clients
  // parse it as JSON.
  return json({})
}

/** RFC 7009 §2.1: with a refresh token, the server SHOULD invalidate all access tokens of the same grant. */
async function revokeRefreshToken(
  ctx: Context,
  request: Request,
  client: AuthenticatedClient,
  token: string,
): Promise<Outcome> {
  const stored = await ctx.store.refreshTokens.find(hashToken(token))
  const grant = stored && (await ctx.store.grants.find(stored.grantId))
  if (!grant) return 'nothing to revoke'
  requireOwn(client, grant.clientId)
  const wasActive = await ctx.store.grants.revoke(grant.id, 'revoked', Math.floor(ctx.now()))
  if (!wasActive) return 'nothing to revoke'
  const { id: grantId, clientId, userId } = grant
  ctx.emit({ type: 'revoked', what: 'grant', clientId, userId, grantId, ...occurrence(ctx, request) })
  return 'grant revoked'
}

async function revokeAccessToken(
  ctx: Context,
  request: Request,
  client: AuthenticatedClient,
  token: string,
): Promise<Outcome> {
  const verified = await readAccessToken(ctx, token)
  if (!verified) return 'nothing to revoke'
  requireOwn(client, clientIdOf(verified))
  if (verified.tokenId === undefined) {
    // RFC 7009 §2.2.1: the server does not support the revocation of the presented token type.
    throw new OAuthError('unsupported_token_type', 'a token without jti cannot be revoked', {
      reason: 'token_not_revocable',
      expected: 'a jti',
    })
  }
  const haveAllEnded = await revokeToken(ctx, verified, verified.tokenId)
  const userId = isClientsOwn(verified) ? undefined : verified.subject
  const revoked = { clientId: client.id, userId, grantId: grantIdOf(verified) }
  ctx.emit({ type: 'revoked', what: 'token', ...revoked, ...occurrence(ctx, request) })
  return haveAllEnded ? 'all access tokens revoked' : 'access token revoked'
}

/** RFC 7009 §2.1: the server verifies whether the token was issued to the client making the request; if not, the request is rejected. */
function requireOwn(client: AuthenticatedClient, issuedTo: string): void {
  if (issuedTo === client.id) return
  throw new OAuthError('unauthorized_client', 'the token was not issued to this client', {
    reason: 'token_of_another_client',
  })
}
