/**
 * POST /introspect (RFC 7662): whether a token is active. A client may introspect its own tokens, and access tokens whose audience it
 * is; a resource server may introspect the access tokens of every client that are for it.
 *
 * no client secret, or a wrong one                       -> invalid_client
 * a token that is not active, or not for this client     -> {"active":false} and nothing else
 */
import { TokenRejection, type VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'
import { isPublic, mayUseGrant } from '../domain/client.ts'
import { findResource } from '../domain/resource.ts'
import { type AuthenticatedClient, authenticateClient } from '../oauth/authenticate-client.ts'
import { type Form, readForm } from '../oauth/form.ts'
import { invalidClient } from '../oauth/read-client-credentials.ts'
import { chargeWrongSecret } from '../oauth/secret-budget.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { confirmOwner } from '../token-status/confirm-owner.ts'
import { clientIdOf, findTokenStatus, issuedAtOf, scopesLeft } from '../token-status/token-status.ts'
import { hashToken } from '../tokens/random-token.ts'
import { readOrReject } from '../tokens/read-access-token.ts'
import { isRefreshToken } from '../tokens/refresh-token.ts'
import { step } from '../trace/trace.ts'

/** RFC 7662 §2.2, with the names of the wire. */
type Introspection = { readonly active: false } | ({ readonly active: true } & Readonly<Record<string, unknown>>)

// RFC 7662 §2.2: the response for an inactive token SHOULD NOT include more, including why it is inactive.
const inactive: Introspection = { active: false }

export async function introspect(ctx: Context, request: Request): Promise<Reply> {
  const form = await step(request.trace, 'read_form', () => readForm(request))
  const client = await requireConfidentialClient(ctx, request, form)
  const token = form.require('token')
  const introspection = await step(
    request.trace,
    'introspect_token',
    () =>
      isRefreshToken(token)
        ? introspectRefreshToken(ctx, request, client, token)
        : introspectAccessToken(ctx, request, client, token),
    ({ active }) => ({ active }),
  )
  return json(introspection)
}

/** RFC 7662 §2.1: to prevent token scanning, the endpoint MUST require authorization. Anybody can be a public client. */
async function requireConfidentialClient(ctx: Context, request: Request, form: Form): Promise<AuthenticatedClient> {
  const client = await authenticateClient(ctx, request, form)
  if (isPublic(client)) throw invalidClient('client_secret_missing', 'a client with a secret')
  return client
}

async function introspectAccessToken(
  ctx: Context,
  request: Request,
  client: AuthenticatedClient,
  token: string,
): Promise<Introspection> {
  const verified = await readOrReject(ctx, token)
  if (verified instanceof TokenRejection) {
    // An expired token was right once, and APIs get them all day.
    if (verified.reason !== 'token_expired') await chargeWrongSecret(ctx, request, client.id)
    return inactive
  }
  if (!maySee(ctx, client, verified)) return inactive
  const { user, client: issuedTo, problem } = await findTokenStatus(ctx, verified)
  if (problem !== undefined || !issuedTo) return inactive
  const { iss, aud, iat } = verified.claims
  return {
    active: true,
    scope: scopesLeft(ctx, verified, issuedTo).join(' '),
    client_id: clientIdOf(verified),
    ...(user && { username: user.username }),
    token_type: 'bearer',
    // RFC 7662 §2.2: integer timestamps.
    exp: Math.floor(verified.expiresAt),
    ...(iat !== undefined && { iat: issuedAtOf(verified) }),
    sub: verified.subject,
    ...(aud !== undefined && { aud }),
    ...(iss !== undefined && { iss }),
    ...(verified.tokenId !== undefined && { jti: verified.tokenId }),
  }
}

/** RFC 7662 §4: a token that the client may not know about is inactive for it. */
function maySee({ config }: Context, client: AuthenticatedClient, token: VerifiedToken): boolean {
  if (clientIdOf(token) === client.id) return true
  const named = audiencesOf(token)
  const isNamed = (audience: string) => findResource(named, audience) !== undefined
  if (!client.isResourceServer) return isNamed(client.id)
  const own = client.audiences ?? [config.issuer, client.id]
  // The tutorial's tokens name no audience: they are for every resource server.
  return own.includes('*') || named.length === 0 || own.some(isNamed)
}

/** RFC 7519 §4.1.3: one text, or an array. */
function audiencesOf({ claims: { aud } }: VerifiedToken): readonly string[] {
  return [aud].flat().filter((audience) => typeof audience === 'string')
}

/** Only its own client learns about a refresh token. */
async function introspectRefreshToken(
  ctx: Context,
  request: Request,
  client: AuthenticatedClient,
  token: string,
): Promise<Introspection> {
  const now = Math.floor(ctx.now())
  const stored = await ctx.store.refreshTokens.find(hashToken(token))
  if (!stored) await chargeWrongSecret(ctx, request, client.id)
  if (!mayUseGrant(client, 'refresh_token')) return inactive
  if (!stored || stored.use !== null || stored.expiresAt <= now) return inactive
  const grant = await ctx.store.grants.find(stored.grantId)
  if (!grant || grant.clientId !== client.id || grant.revokedAt !== null) return inactive
  await confirmOwner(ctx, grant.userId)
  const subject = await ctx.store.subjects.find(grant.userId)
  if (!subject || subject.isDisabled) return inactive
  return {
    active: true,
    // The scopes that a refresh would get now.
    scope: grant.scopes.filter((scope) => client.scopes.includes(scope)).join(' '),
    client_id: client.id,
    sub: grant.userId,
    token_type: 'refresh_token',
    exp: stored.expiresAt,
    iat: stored.createdAt,
  }
}
