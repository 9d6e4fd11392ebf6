/** Makes access tokens: by RFC 9068 with an asymmetric algorithm, in the tutorial's form with HS256. */
import { createVerifier, TokenRejection, type VerifiedToken, type Verifier } from '@countersign/guard/verifier'
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { AddedClaims } from '../domain/claims-hook.ts'
import { firstPartyClient } from '../domain/client.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { sign } from '../keys/sign.ts'

export interface AccessTokenRequest {
  readonly subject: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** The resource servers that it is for (RFC 8707 §2.2). None: this server itself. */
  readonly resources: readonly string[]
  /**
   * What the client wants its tokens signed with. Under HS256 it changes nothing: the resource servers of such a deployment
   * know the shared secret alone.
   * @default the deployment's
   */
  readonly algorithm?: AsymmetricAlgorithm | undefined
  /** The grant that it is issued from: when that is revoked, the token is as well. */
  readonly grantId?: string | undefined
  /** The earliest `iat`, in seconds since the epoch: the time from which the user's tokens are valid. */
  readonly notBefore?: number | undefined
  /** Claims about the user, and those of the program around the server. None of them is one that is set here. */
  readonly added?: AddedClaims
  /** The latest `exp`, in seconds since the epoch, such as the end of its grant. */
  readonly endsBy?: number | undefined
}

export interface AccessToken {
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
}

/** The tutorial's `create_access_token`. */
export async function createAccessToken(ctx: Context, request: AccessTokenRequest): Promise<AccessToken> {
  await ctx.keys.refresh()
  const issuedAt = Math.max(Math.floor(ctx.now()), request.notBefore ?? 0, ctx.keys.tokensValidFrom())
  const expiresIn = Math.min(ctx.config.accessTokenLifetime, (request.endsBy ?? Number.POSITIVE_INFINITY) - issuedAt)
  const shared = {
    ...request.added,
    sub: request.subject,
    exp: issuedAt + expiresIn,
    iat: issuedAt,
    jti: ctx.random.id(),
    scope: request.scopes.join(' '),
    // Our own claim: the revocation of the grant is looked up by it.
    ...(request.grantId !== undefined && { grant_id: request.grantId }),
  }
  if (ctx.config.algorithm === 'HS256') {
    // No `aud`: by RFC 7519 §4.1.3 a library without a configured audience rejects it, and the tutorial configures none.
    // The tutorial's own software has no client_id. Another client's own token needs it, to differ from that of a user with the same id.
    const client = request.clientId === firstPartyClient.id ? {} : { client_id: request.clientId }
    return { token: await sign(ctx.keys.signingKey('HS256'), 'JWT', { ...shared, ...client }), expiresIn }
  }
  // RFC 9068 §2.1, §2.2: typ at+jwt; iss, exp, aud, sub, client_id, iat and jti are REQUIRED.
  const { issuer } = ctx.config
  const claims = { iss: issuer, aud: audienceOf(issuer, request), client_id: request.clientId, ...shared }
  const key = ctx.keys.signingKey(request.algorithm ?? ctx.config.algorithm)
  return { token: await sign(key, 'at+jwt', claims), expiresIn }
}

/** RFC 7519 §4.1.3: in the special case of one audience, a string. RFC 9068 §3: the requested resources, or a default. */
function audienceOf(issuer: string, { resources }: AccessTokenRequest): string | readonly string[] {
  const [only = issuer, ...others] = resources
  return others.length === 0 ? only : resources
}

/**
 * Verifies the tokens that `createAccessToken` makes, also after key rotations: those for this server, or with `anyAudience` those
 * for other resource servers as well. `now` returns seconds.
 */
export function accessTokenVerifier(
  config: Config,
  keys: KeyRing,
  now: () => number,
  { anyAudience = false }: { readonly anyAudience?: boolean } = {},
): Verifier {
  const verifier = createVerifier({
    keys: keys.verification(),
    type: config.algorithm === 'HS256' ? 'minimal-jwt' : 'at+jwt',
    issuer: config.issuer,
    ...(!anyAudience && { audience: config.issuer }),
    now,
  })
  keys.onReload(() => verifier.replaceKeys(keys.verification()))

  async function verifyAgain(token: string, error: unknown): Promise<VerifiedToken> {
    if (!(error instanceof TokenRejection) || error.reason !== 'key_unknown') throw error
    const known = keys.verification()
    // Another process may have made the key, and signed with it, a moment ago.
    await keys.reload()
    if (keys.verification() === known) throw error
    return await verifier.verify(token)
  }

  function verify(token: string): VerifiedToken | Promise<VerifiedToken> {
    const verified = verifier.verify(token)
    return verified instanceof Promise ? verified.catch((error: unknown) => verifyAgain(token, error)) : verified
  }

  return {
    ...verifier,
    verify: (token) => {
      const refreshed = keys.refresh()
      return refreshed ? refreshed.then(() => verify(token)) : verify(token)
    },
  }
}
