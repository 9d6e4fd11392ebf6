/** Makes ID tokens, and reads those that clients send as `id_token_hint` (OIDC Core §2, §3.1.2.1). */
import { createHash } from 'node:crypto'
import { compactVerify, errors } from 'jose'
import type { Context } from '../context.ts'
import { type AsymmetricAlgorithm, publicAlgorithm } from '../domain/algorithm.ts'
import { claimsOfScopes, claimsWithin, membershipClaims } from '../domain/claims.ts'
import type { AddedClaims } from '../domain/claims-hook.ts'
import type { Client } from '../domain/client.ts'
import type { Grant } from '../domain/grant.ts'
import type { User } from '../domain/user.ts'
import { sign } from '../keys/sign.ts'
import { isCanonicalJws } from './canonical-jws.ts'
import { idTokenLifetime } from './lifetime.ts'

export interface IdTokenRequest {
  readonly client: Client
  readonly grant: Grant
  readonly user: User
  /** The access token of the same response. */
  readonly accessToken: string
  /** From the authorization request; `null` without one, and in refreshed tokens (§12.2). */
  readonly nonce: string | null
  /** The claims about the user, those of `idTokenClaimNames`. */
  readonly about: Readonly<Record<string, unknown>>
  /** Claims of the program around the server. None of them is one that is set here. */
  readonly added: AddedClaims
}

export async function createIdToken(ctx: Context, request: IdTokenRequest): Promise<string> {
  await ctx.keys.refresh()
  const { client, grant, user, accessToken, nonce, about, added } = request
  const issuedAt = Math.floor(ctx.now())
  const algorithm = idTokenAlgorithmOf(ctx, client)
  const claims = {
    ...about,
    ...added,
    iss: ctx.config.issuer,
    sub: user.subject.id,
    aud: client.id,
    exp: issuedAt + idTokenLifetime,
    iat: issuedAt,
    auth_time: grant.authenticatedAt,
    // RFC 8176 §2.
    amr: grant.amr,
    acr: grant.acr,
    at_hash: accessTokenHash(algorithm, accessToken),
    // OIDC Core §3.1.3.6: the value MUST be that of the authorization request.
    ...(nonce !== null && { nonce }),
    // OIDC Back-Channel Logout §2.1: logout tokens name the session by it.
    ...(grant.sessionId !== null && { sid: grant.sessionId }),
  }
  return await sign(ctx.keys.signingKey(algorithm), 'JWT', claims)
}

/** The claims about the user that the client gets here, beside those of the protocol. */
export function idTokenClaimNames(
  { config }: Pick<Context, 'config'>,
  client: Client,
  { scopes, claims }: Grant,
): readonly string[] {
  const released = claimsOfScopes(config.claimsOfScope, scopes)
  const { idTokenClaims, claimsInIdToken = membershipClaims } = client
  const chosen = idTokenClaims === 'scopes' ? released : released.filter((name) => claimsInIdToken.includes(name))
  // The client may have lost scopes since the login.
  return [...chosen, ...claimsWithin(config.claimsOfScope, client.scopes, claims.idToken)]
}

/**
 * The algorithm of a client's ID tokens. A registration in the database names one, except those of earlier versions, whose default was that
 * of the access tokens: it stays theirs.
 */
export function idTokenAlgorithmOf(
  { config, idTokenAlgorithm }: Pick<Context, 'config' | 'idTokenAlgorithm'>,
  client: Client,
): AsymmetricAlgorithm {
  const isDeclared = client.registeredAt === undefined
  return client.idTokenAlgorithm ?? (isDeclared ? idTokenAlgorithm : publicAlgorithm(config.algorithm))
}

/** OIDC Core §3.1.3.6: the left half of the hash that belongs to the algorithm; Ed25519's is SHA-512 (RFC 8032 §5.1). */
function accessTokenHash(algorithm: AsymmetricAlgorithm, accessToken: string): string {
  const hash = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken)
    .digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}

/** What an ID token of this server says. */
export interface IdTokenHint {
  readonly subject: string
  readonly clientId: string
  readonly sessionId: string | undefined
}

/**
 * Reads an ID token of this server, expired or not (OIDC RP-Initiated Logout §4: the server SHOULD accept expired ones).
 * `undefined` for anything else.
 */
export async function readIdTokenHint(ctx: Context, token: string): Promise<IdTokenHint | undefined> {
  const payload = await verifiedPayload(ctx, token)
  if (!payload || payload['iss'] !== ctx.config.issuer) return undefined
  const { sub, aud, sid } = payload
  if (typeof sub !== 'string' || typeof aud !== 'string') return undefined
  return { subject: sub, clientId: aud, sessionId: typeof sid === 'string' ? sid : undefined }
}

async function verifiedPayload(ctx: Context, token: string): Promise<Record<string, unknown> | undefined> {
  if (!isCanonicalJws(token)) return undefined
  await ctx.keys.refresh()
  try {
    const { payload, protectedHeader } = await verifyWithKnownKeys(ctx, token)
    // RFC 8725 §3.11: an access token or a logout token is not taken for an ID token.
    return protectedHeader.typ === 'JWT' ? JSON.parse(new TextDecoder().decode(payload)) : undefined
  } catch (error) {
    // Not an ID token of this server. jose reports that only by throwing.
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** Another process may have made the key, and signed with it, a moment ago. */
async function verifyWithKnownKeys({ keys }: Context, token: string) {
  try {
    return await compactVerify(token, keys.hintKeys())
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    await keys.reload()
    return await compactVerify(token, keys.hintKeys())
  }
}
