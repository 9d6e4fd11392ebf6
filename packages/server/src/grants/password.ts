/**
 * The resource owner password credentials grant (RFC 6749 §4.3), for the deployment's own software and migrating
 * clients only: RFC 9700 §2.4 says that it must not be used elsewhere.
 *
 * username or password missing or too long          -> invalid_request
 * unknown user, wrong password, disabled, throttled -> incorrect_login, all alike
 * a scope that may not be had                       -> invalid_scope
 */
import { authenticateUser } from '../accounts/authenticate.ts'
import { readCredentials } from '../accounts/credentials.ts'
import { grantScopes, ownScopesOf } from '../domain/scope.ts'
import { OAuthError } from '../oauth/errors.ts'
import { createAccessToken } from '../tokens/access-token.ts'
import { step } from '../trace/trace.ts'
import type { Grant } from './grant.ts'

export const passwordGrant: Grant = {
  type: 'password',
  exchange: async (ctx, client, form, request) => {
    const { username, password } = readCredentials(form)
    const allowed = ownScopesOf(client.scopes, ctx.config.scopes)
    const scopes = grantScopes(form.get('scope'), allowed, allowed)
    if (!scopes) {
      throw new OAuthError('invalid_scope', 'a requested scope is unknown or may not be had', {
        reason: 'scope_unknown',
        expected: allowed.join(' '),
      })
    }

    const user = await authenticateUser(ctx, request.trace, { username, password, address: request.address })
    const accessToken = await step(
      request.trace,
      'create_access_token',
      () =>
        createAccessToken(ctx, {
          subject: user.id,
          clientId: client.id,
          scopes,
          algorithm: client.accessTokenAlgorithm,
        }),
      (created) => ({ subject: user.id, scope: scopes.join(' '), expires_in: created.expiresIn }),
    )
    return {
      access_token: accessToken.token,
      token_type: 'bearer',
      expires_in: accessToken.expiresIn,
      scope: scopes.join(' '),
    }
  },
}
