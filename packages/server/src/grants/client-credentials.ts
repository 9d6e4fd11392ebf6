/**
 * The client credentials grant (RFC 6749 §4.4): a client's own token, without a user.
 *
 * a public client, or one not registered for it -> unauthorized_client, by the token endpoint
 * openid and other scopes that are about a user -> invalid_scope
 * a scope that the client is not allowed        -> invalid_scope
 */
import { grantScopes, ownScopesOf } from '../domain/scope.ts'
import { occurrence } from '../hooks/events.ts'
import { OAuthError } from '../oauth/errors.ts'
import { createTokenResponse } from '../tokens/token-response.ts'
import type { GrantHandler } from './grant-handler.ts'

export const clientCredentialsGrant: GrantHandler = {
  type: 'client_credentials',
  exchange: async (ctx, client, form, request, resources) => {
    const allowed = ownScopesOf(client.scopes, ctx.config.scopes)
    const scopes = grantScopes(form.get('scope'), allowed, allowed)
    if (!scopes) {
      throw new OAuthError('invalid_scope', 'a requested scope is unknown or not allowed for this client', {
        reason: 'scope_unknown',
        expected: allowed.join(' '),
      })
    }
    // RFC 6749 §4.4.3: a refresh token SHOULD NOT be included.
    // RFC 9068 §2.2: without a resource owner, the sub SHOULD be that of the client application.
    const response = await createTokenResponse(ctx, request.trace, client, undefined, {
      subject: client.id,
      scopes,
      resources,
    })
    ctx.emit({
      type: 'granted',
      grantType: 'client_credentials',
      clientId: client.id,
      userId: undefined,
      grantId: undefined,
      scopes,
      ...occurrence(ctx, request),
    })
    return response
  },
}
