/** Makes access tokens: RFC 9068 under an asymmetric algorithm, the tutorial's own form under HS256. */
import type { Verifier } from '@countersign/guard'
import { createVerifier } from '@countersign/guard'
import type { Context } from '../context.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { sign } from '../keys/sign.ts'
import type { Config } from '../options.ts'

export interface AccessTokenRequest {
  readonly subject: string
  readonly clientId: string
  readonly scopes: readonly string[]
}

export interface AccessToken {
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
}

/** The tutorial's `create_access_token`. */
export async function createAccessToken(ctx: Context, request: AccessTokenRequest): Promise<AccessToken> {
  const issuedAt = Math.floor(ctx.now())
  const expiresIn = ctx.config.accessTokenLifetime
  const shared = {
    sub: request.subject,
    exp: issuedAt + expiresIn,
    iat: issuedAt,
    jti: ctx.random.id(),
    scope: request.scopes.join(' '),
  }
  if (ctx.keys.signing.algorithm === 'HS256') {
    // No `aud`: RFC 7519 §4.1.3 makes a library that was not told an audience reject it, and the tutorial tells none.
    return { token: await sign(ctx.keys, 'JWT', shared), expiresIn }
  }
  // RFC 9068 §2.1, §2.2: typ at+jwt; iss, exp, aud, sub, client_id, iat and jti are REQUIRED.
  const claims = { iss: ctx.config.issuer, aud: ctx.config.issuer, client_id: request.clientId, ...shared }
  return { token: await sign(ctx.keys, 'at+jwt', claims), expiresIn }
}

/** What reads the tokens that `createAccessToken` makes. `now` answers seconds. */
export function accessTokenVerifier(config: Config, keys: KeyRing, now: () => number): Verifier {
  return createVerifier({
    keys: keys.verification,
    type: config.algorithm === 'HS256' ? 'JWT' : 'at+jwt',
    issuer: config.issuer,
    audience: config.issuer,
    now,
  })
}
