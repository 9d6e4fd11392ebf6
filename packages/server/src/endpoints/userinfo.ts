/** GET and POST /userinfo (OIDC Core §5.3): the claims about the user that the token's scopes, and its log-in, asked for. */
import { type Bearer, readBearer } from '@countersign/guard'
import type { VerifiedToken } from '@countersign/guard/verifier'
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import { claimsAbout, claimsOfScopes, claimsWithin } from '../domain/claims.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readForm } from '../oauth/form.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { authenticateBearer } from '../token-status/current-user.ts'
import { clientIdOf } from '../token-status/token-status.ts'

export async function userinfo(ctx: Context, request: Request): Promise<Reply> {
  const { user: owner, token } = await authenticateBearer(ctx, request, readPresented(request), ['openid'])
  const client = await findClient(ctx, clientIdOf(token))
  // What the client has lost since then, it does not read any more.
  const scopes = (token.scopes ?? []).filter((scope) => client?.scopes.includes(scope))
  const names = [...claimsOfScopes(scopes), ...claimsWithin(client?.scopes ?? [], await findSingleClaims(ctx, token))]
  const user = await ctx.store.users.findById(owner.id)
  // OIDC Core §5.3.2: the sub MUST always be returned.
  return json({ ...(user && claimsAbout(user, names)), sub: owner.id })
}

/** The claims that were asked for one by one at the log-in. */
async function findSingleClaims(ctx: Context, token: VerifiedToken): Promise<readonly string[]> {
  const grantId = token.claims['grant_id']
  const grant = typeof grantId === 'string' ? await ctx.store.grants.find(grantId) : undefined
  return grant?.claims.userInfo ?? []
}

/** From the header, or of a POST from the body (RFC 6750 §2.2). @throws OAuthError `invalid_request` when from both */
function readPresented(request: Request): Bearer {
  const bearer = readBearer(request.header('authorization'))
  if (request.body === '') return bearer
  const token = readForm(request).get('access_token')
  if (token === undefined) return bearer
  // RFC 6750 §2: clients MUST NOT use more than one method in each request.
  if (bearer.kind !== 'absent') {
    throw new OAuthError('invalid_request', 'the token was sent in two ways', { reason: 'token_sent_twice' })
  }
  return { kind: 'token', token }
}
