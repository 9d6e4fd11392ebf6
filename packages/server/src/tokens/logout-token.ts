/** Makes logout tokens (OpenID Connect Back-Channel Logout §2.4). */
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import type { LogoutDelivery } from '../domain/logout-delivery.ts'
import { sign } from '../keys/sign.ts'
import { idTokenAlgorithmOf } from './id-token.ts'

/** Seconds. §2.4: preferably at most two minutes, so that old ones cannot be sent again. */
const logoutTokenLifetime = 120

/** For `client`: a session of its user has ended. */
export async function createLogoutToken(
  ctx: Pick<Context, 'config' | 'idTokenAlgorithm' | 'keys' | 'now' | 'random'>,
  client: Client,
  { userId, sessionId }: LogoutDelivery,
): Promise<string> {
  await ctx.keys.refresh()
  const issuedAt = Math.floor(ctx.now())
  // §2.6: the client verifies it like an ID token, so the algorithm is the same.
  const key = ctx.keys.signingKey(idTokenAlgorithmOf(ctx, client))
  // §2.4: typ logout+jwt distinguishes it from an ID token. A nonce MUST NOT be present.
  return await sign(key, 'logout+jwt', {
    iss: ctx.config.issuer,
    sub: userId,
    aud: client.id,
    iat: issuedAt,
    exp: issuedAt + logoutTokenLifetime,
    jti: ctx.random.id(),
    // §2.4: the member MUST be present. Its value SHOULD be the empty object.
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    // §2.2: REQUIRED for clients with backchannel_logout_session_required. Others can use it as well.
    sid: sessionId,
  })
}
