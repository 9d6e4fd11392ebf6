/** Gives a registered client a new secret. */
import { isPublic } from '../domain/client.ts'
import { hashClientSecret, newClientSecret } from './client-secret.ts'
import { type ClientContext, fail, failInvalid, failUnknown, lockRegistered } from './registered-client.ts'

export interface RotatedSecret {
  /** The only time that it is known. */
  readonly secret: string
  /** When the former secret expires, in seconds since the epoch; now, when it does not work any longer. */
  readonly formerSecretExpiresAt: number
}

/** Seconds: ten years. */
const maxGrace = 10 * 365 * 86_400

/**
 * `grace` is how many seconds the former secret still works. @default the option `clientSecretGrace`
 * @throws ClientError `invalid_client_metadata`, `unknown_client`, `declared_client`, `public_client`
 * @internal
 */
export async function rotateClientSecret(
  ctx: ClientContext,
  id: string,
  grace: number = ctx.config.clientSecretGrace,
): Promise<RotatedSecret> {
  if (!Number.isFinite(grace) || grace < 0 || grace > maxGrace) {
    failInvalid('grace', `must be a number of seconds from 0 to ${maxGrace}`)
  }
  return await ctx.store.transaction(async (tables) => {
    const client = await lockRegistered(ctx, tables, id)
    if (isPublic(client)) fail('public_client', 'is the id of a public client, which has no secret')
    const secret = newClientSecret(ctx.random)
    const now = Math.floor(ctx.now())
    const graceEndsAt = now + Math.floor(grace)
    if (!(await tables.clients.rotateSecret(id, hashClientSecret(secret), now, graceEndsAt))) failUnknown()
    return { secret, formerSecretExpiresAt: graceEndsAt }
  })
}
