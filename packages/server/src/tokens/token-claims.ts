/** The claims about a user that tokens have: those of access tokens and of ID tokens, within a size that headers can have. */
import type { Context } from '../context.ts'
import { claimsOfScopes, membershipClaims } from '../domain/claims.ts'
import type { AddedClaims } from '../domain/claims-hook.ts'
import type { Client } from '../domain/client.ts'
import type { User } from '../domain/user.ts'
import { claimsFromHook } from '../hooks/claims.ts'
import { OAuthError } from '../oauth/errors.ts'
import { claimsOfUser } from '../users/user-claims.ts'

/** Bytes of JSON. Tokens travel in headers, which servers limit to 8 KiB. */
const maxBytes = 4096

/**
 * What an access token has beside the claims of the protocol. `user` is `undefined` for a client's own token. What the program around the
 * server adds replaces a claim of the same name. @throws OAuthError `invalid_scope`, `server_error`
 */
export async function accessTokenClaims(
  ctx: Context,
  client: Client,
  user: User | undefined,
  scopes: readonly string[],
): Promise<AddedClaims> {
  const { claimsOfScope, attributes } = ctx.config
  const names = claimsOfScopes(claimsOfScope, scopes).filter(
    (name) => membershipClaims.includes(name) || Object.hasOwn(attributes, name),
  )
  const about = user && (await tokenClaims(ctx, client, user, names))
  return { ...about, ...(await claimsFromHook(ctx, { user, client, scopes, token: 'access' })) }
}

/** These claims of the user, for a token. @throws OAuthError `invalid_scope` when they do not fit into one */
export async function tokenClaims(
  ctx: Context,
  client: Client,
  user: User,
  names: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const claims = await claimsOfUser(ctx, client, user, names)
  requireFit(ctx, claims)
  return claims
}

function requireFit({ config }: Context, claims: Readonly<Record<string, unknown>>): void {
  const { groups = [], roles = [] } = claims
  const attributes = Object.entries(claims).filter(([name]) => Object.hasOwn(config.attributes, name))
  const bytes = Buffer.byteLength(JSON.stringify([groups, roles, attributes]))
  if (bytes <= maxBytes) return
  throw new OAuthError('invalid_scope', 'the groups, roles and attributes of the user do not fit into a token', {
    reason: 'user_claims_too_large',
    expected: `at most ${maxBytes} bytes`,
    received: `${bytes} bytes: ${countOf(groups)} groups, ${countOf(roles)} roles, ${attributes.length} attributes`,
  })
}

function countOf(names: unknown): number {
  return Array.isArray(names) ? names.length : 0
}
