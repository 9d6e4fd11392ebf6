/** GET and POST /userinfo (OIDC Core §5.3): the claims about the user that the token's scopes and its authorization request name. */
import type { VerifiedToken } from '@countersign/guard/verifier'
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import { claimsOfScopes, claimsWithin } from '../domain/claims.ts'
import { claimsFromHook } from '../hooks/claims.ts'
import { readForm } from '../oauth/form.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { authenticateBearer } from '../token-status/current-user.ts'
import { readPresentedToken } from '../token-status/presented-token.ts'
import { clientIdOf, grantIdOf } from '../token-status/token-status.ts'
import { claimsOfUser } from '../users/user-claims.ts'

export async function userinfo(ctx: Context, request: Request): Promise<Reply> {
  // RFC 6750 §2.2: in the body of a POST, too.
  const bearer = readPresentedToken(request, request.body === '' ? undefined : readForm(request))
  const { user: owner, token } = await authenticateBearer(ctx, request, bearer, ['openid'])
  const client = await findClient(ctx, clientIdOf(token))
  // The client may have lost scopes since the token was issued.
  const scopes = (token.scopes ?? []).filter((scope) => client?.scopes.includes(scope))
  const { claimsOfScope } = ctx.config
  const single = claimsWithin(claimsOfScope, client?.scopes ?? [], await findSingleClaims(ctx, token))
  const names = [...claimsOfScopes(claimsOfScope, scopes), ...single]
  const user = await ctx.store.users.findById(owner.id)
  const about = client && user && (await claimsOfUser(ctx, client, user, names))
  const added = client && (await claimsFromHook(ctx, { user, client, scopes, token: 'userinfo' }))
  // OIDC Core §5.3.2: the sub MUST always be returned.
  return json({ ...about, ...added, sub: owner.id })
}

/** The claims that the authorization request named one by one. */
async function findSingleClaims(ctx: Context, token: VerifiedToken): Promise<readonly string[]> {
  const grantId = grantIdOf(token)
  const grant = grantId === undefined ? undefined : await ctx.store.grants.find(grantId)
  return grant?.claims.userInfo ?? []
}
