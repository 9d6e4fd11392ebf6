/** The token response of all grant types (RFC 6749 §5.1). Nothing is stored here. */
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import type { Grant } from '../domain/grant.ts'
import type { User } from '../domain/user.ts'
import { claimsFromHook } from '../hooks/claims.ts'
import { step, type Trace } from '../trace/trace.ts'
import { type AccessTokenRequest, createAccessToken } from './access-token.ts'
import { createIdToken, idTokenClaimNames } from './id-token.ts'
import type { IssuedRefreshToken } from './refresh-token.ts'
import { accessTokenClaims, tokenClaims } from './token-claims.ts'

/** RFC 6749 §5.1. The tutorial's two members come first. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  /** Seconds until the refresh token expires unused. Not from a specification: some clients plan their logout by it. */
  readonly refresh_token_expires_in?: number
  /** OIDC Core §3.1.3.3. */
  readonly id_token?: string
}

/** Only an access token. `user` is `undefined` for a client's own token. */
export async function createTokenResponse(
  ctx: Context,
  trace: Trace,
  client: Client,
  user: User | undefined,
  request: Omit<AccessTokenRequest, 'clientId' | 'algorithm' | 'added'>,
): Promise<TokenResponse> {
  const { scopes } = request
  const scope = scopes.join(' ')
  const { token, expiresIn } = await step(
    trace,
    'create_access_token',
    async () => {
      const added = await accessTokenClaims(ctx, client, user, scopes)
      return await createAccessToken(ctx, {
        ...request,
        clientId: client.id,
        algorithm: client.accessTokenAlgorithm,
        added,
      })
    },
    (created) => ({ subject: request.subject, scope, expires_in: created.expiresIn }),
  )
  return { access_token: token, token_type: 'bearer', expires_in: expiresIn, scope }
}

export interface GrantedTokens {
  readonly client: Client
  /** With the scopes and the resources of the tokens. */
  readonly grant: Grant
  readonly user: User
  /** From the authorization request, for the ID token. */
  readonly nonce: string | null
  /** `undefined` for clients without the refresh token grant. */
  readonly refreshToken: IssuedRefreshToken | undefined
}

/** The tokens of a grant. They are signed before the transaction that stores them, so that it is short. */
export async function createGrantedTokens(ctx: Context, trace: Trace, tokens: GrantedTokens): Promise<TokenResponse> {
  const { client, grant, user, refreshToken } = tokens
  const response = await createTokenResponse(ctx, trace, client, user, {
    subject: user.subject.id,
    scopes: grant.scopes,
    resources: grant.resources,
    notBefore: user.subject.tokensValidFrom,
    grantId: grant.id,
    endsBy: grant.expiresAt,
  })
  const isOpenId = grant.scopes.includes('openid')
  return {
    ...response,
    ...(refreshToken && {
      refresh_token: refreshToken.token,
      refresh_token_expires_in: refreshToken.expiresAt - Math.floor(ctx.now()),
    }),
    ...(isOpenId && { id_token: await idTokenOf(ctx, trace, tokens, response.access_token) }),
  }
}

async function idTokenOf(ctx: Context, trace: Trace, tokens: GrantedTokens, accessToken: string): Promise<string> {
  const { client, grant, user, nonce } = tokens
  const { scopes } = grant
  return await step(trace, 'create_id_token', async () => {
    const about = await tokenClaims(ctx, client, user, idTokenClaimNames(ctx, client, grant))
    const added = await claimsFromHook(ctx, { user, client, scopes, token: 'id' })
    return await createIdToken(ctx, { client, grant, user, accessToken, nonce, about, added })
  })
}
