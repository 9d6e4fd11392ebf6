/**
 * The resource owner password credentials grant (RFC 6749 §4.3). Only for the deployment's own software and for clients that
 * migrate: RFC 9700 §2.4 says that it MUST NOT be used.
 *
 * username or password missing or too long          -> invalid_request
 * unknown user, wrong password, disabled, throttled -> incorrect_login, all alike
 * a scope that the client is not allowed            -> invalid_scope
 */
import type { Context } from '../context.ts'
import { passwordAuthentication } from '../domain/authentication-context.ts'
import { mayUseGrant } from '../domain/client.ts'
import type { Granted } from '../domain/event.ts'
import type { Grant } from '../domain/grant.ts'
import { grantScopes, ownScopesOf } from '../domain/scope.ts'
import type { User } from '../domain/user.ts'
import { occurrence } from '../hooks/events.ts'
import { authenticateUser, emitLoggedIn } from '../login/authenticate.ts'
import { readCredentials } from '../login/read-credentials.ts'
import type { AuthenticatedClient } from '../oauth/authenticate-client.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Request } from '../request.ts'
import { type IssuedRefreshToken, newRefreshToken, refreshTokenExpiry } from '../tokens/refresh-token.ts'
import { createGrantedTokens, createTokenResponse, type TokenResponse } from '../tokens/token-response.ts'
import { step } from '../trace/trace.ts'
import type { GrantHandler } from './grant-handler.ts'

export const passwordGrant: GrantHandler = {
  type: 'password',
  isLogin: true,
  exchange: async (ctx, client, form, request, resources) => {
    const { username, password } = readCredentials(form)
    const allowed = ownScopesOf(client.scopes, ctx.config.scopes)
    const scopes = grantScopes(form.get('scope'), allowed, allowed)
    if (!scopes) {
      throw new OAuthError('invalid_scope', 'a requested scope is unknown or not allowed for this client', {
        reason: 'scope_unknown',
        expected: allowed.join(' '),
      })
    }

    const user = await authenticateUser(ctx, request, { username, password })
    emitLoggedIn(ctx, request, user)
    if (mayUseGrant(client, 'refresh_token'))
      return await grantTokens(ctx, request, client, user, { scopes, resources })
    const response = await createTokenResponse(ctx, request.trace, client, user, {
      subject: user.subject.id,
      scopes,
      resources,
      notBefore: user.subject.tokensValidFrom,
    })
    emitGranted(ctx, request, { clientId: client.id, userId: user.subject.id, grantId: undefined, scopes })
    return response
  },
}

/** With a refresh token there is a grant, without a browser session. */
async function grantTokens(
  ctx: Context,
  request: Request,
  client: AuthenticatedClient,
  user: User,
  { scopes, resources }: Pick<Grant, 'scopes' | 'resources'>,
): Promise<TokenResponse> {
  const now = Math.floor(ctx.now())
  const grant: Grant = {
    id: ctx.random.id(),
    clientId: client.id,
    userId: user.subject.id,
    ...passwordAuthentication,
    sessionId: null,
    scopes,
    resources,
    claims: { idToken: [], userInfo: [] },
    authenticatedAt: now,
    createdAt: now,
    expiresAt: now + ctx.config.refreshTokenLifetime,
    revokedAt: null,
  }
  const refreshToken = { ...newRefreshToken(ctx), expiresAt: refreshTokenExpiry(ctx.config, grant, now) }
  const response = await createGrantedTokens(ctx, request.trace, { client, grant, user, nonce: null, refreshToken })
  const isStored = await step(request.trace, 'keep_grant', () => storeGrant(ctx, user, grant, refreshToken))
  if (isStored) {
    emitGranted(ctx, request, { clientId: client.id, userId: user.subject.id, grantId: grant.id, scopes })
    return response
  }
  throw new OAuthError('incorrect_login', 'Incorrect username or password', {
    reason: 'user_changed',
    expected: 'the user as they were when the login began',
  })
}

function emitGranted(
  ctx: Context,
  request: Request,
  granted: Pick<Granted, 'clientId' | 'userId' | 'grantId' | 'scopes'>,
): void {
  ctx.emit({ type: 'granted', grantType: 'password', ...granted, ...occurrence(ctx, request) })
}

/** The subject is locked first: a new password, or disabling the user, happens before this transaction or after it, never in between. */
function storeGrant(ctx: Context, user: User, grant: Grant, token: IssuedRefreshToken): Promise<boolean> {
  const { id: grantId, createdAt } = grant
  const { hash, expiresAt } = token
  return ctx.store.transaction(async ({ subjects, grants, refreshTokens }) => {
    if (!(await subjects.lock(user.subject))) return false
    await grants.insert(grant)
    await refreshTokens.insert(hash, { grantId, createdAt, expiresAt })
    return true
  })
}
