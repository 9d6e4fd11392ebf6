/** Sends logout tokens to clients (OpenID Connect Back-Channel Logout §2.5). The user's own logout never waits for them. */

import { findClient } from '../clients/find-client.ts'
import type { Context, LogoutDeliverer } from '../context.ts'
import type { Client } from '../domain/client.ts'
import type { LogoutDelivery } from '../domain/logout-delivery.ts'
import { createLogoutToken } from '../tokens/logout-token.ts'

/** The context as far as it exists when the delivery starts. */
type DeliveryContext = Pick<
  Context,
  'config' | 'idTokenAlgorithm' | 'store' | 'keys' | 'now' | 'random' | 'log' | 'postForm'
>

/** Attempts at the same time, so that a slow client does not delay the others. */
const maxAttempts = 10
const timeoutMs = 5000
/** Seconds from a failed attempt to the next one. After the last, the delivery is given up. */
const retryDelays = [10, 60, 300, 900]
/** Seconds after which an attempt without an outcome is repeated: its process has ended. */
const lease = 30
/** How often due deliveries are looked for, those of ended processes included. */
const intervalMs = 5000

/** Starts to deliver what is due, now and later. */
export function startLogoutDelivery(ctx: DeliveryContext): LogoutDeliverer {
  const attempts = new Set<Promise<void>>()
  let isEnded = false

  /** Takes due deliveries one by one. While it finds one, another worker starts. */
  async function work(): Promise<void> {
    while (!isEnded) {
      const now = Math.floor(ctx.now())
      const delivery = await ctx.store.logoutDeliveries.claim(now, now + lease)
      if (!delivery) return
      begin()
      await attempt(ctx, delivery)
    }
  }

  function begin(): void {
    if (isEnded || attempts.size >= maxAttempts) return
    const working = work()
      .catch((error) => ctx.log.warn({ err: error }, 'logout tokens were not sent: trying again in 5 seconds'))
      .finally(() => attempts.delete(working))
    attempts.add(working)
  }

  async function settled(): Promise<void> {
    while (attempts.size > 0) await Promise.all(attempts)
  }

  function deliver(): Promise<void> {
    begin()
    return settled()
  }

  const timer = setInterval(begin, intervalMs).unref()
  begin()
  return {
    deliver,
    end: () => {
      clearInterval(timer)
      isEnded = true
      return settled()
    },
  }
}

async function attempt(ctx: DeliveryContext, delivery: LogoutDelivery): Promise<void> {
  const { logoutDeliveries } = ctx.store
  const client = await findClient(ctx, delivery.clientId)
  // Looked up at each attempt, so that a corrected URI is used. Without one, the client no longer wants to be notified.
  if (client?.backchannelLogoutUri === undefined || client.isDisabled) return logoutDeliveries.remove(delivery.id)
  const problem = await send(ctx, client, client.backchannelLogoutUri, delivery)
  if (problem === undefined) return logoutDeliveries.remove(delivery.id)

  const { clientId, sessionId, attempts } = delivery
  const delay = retryDelays[attempts - 1]
  const facts = { clientId, sessionId, attempts, cause: problem }
  if (delay === undefined) {
    ctx.log.warn(facts, 'a client was not notified of a logout: given up')
    return logoutDeliveries.remove(delivery.id)
  }
  ctx.log.info({ ...facts, retryIn: delay }, 'a client was not notified of a logout yet')
  return logoutDeliveries.postpone(delivery.id, Math.floor(ctx.now()) + delay)
}

/** Why the client did not accept the logout token; `undefined` when it did. */
async function send(
  ctx: DeliveryContext,
  client: Client,
  uri: string,
  delivery: LogoutDelivery,
): Promise<string | undefined> {
  const token = await createLogoutToken(ctx, client, delivery)
  try {
    const { status } = await ctx.postForm(uri, { logout_token: token }, { timeoutMs })
    // §2.8: 200 means that the logout succeeded. Some frameworks turn it into 204, which SHOULD be accepted.
    return status === 200 || status === 204 ? undefined : `responded with ${status}`
  } catch (error) {
    // The network reports failures only by throwing.
    return error instanceof Error ? error.message : 'failed'
  }
}
