/** Sends logout tokens to clients (OpenID Connect Back-Channel Logout §2.5). The user's own logout never waits for it. */

import { findClient } from '../clients/find-client.ts'
import type { Context, LogoutDeliverer } from '../context.ts'
import type { Client } from '../domain/client.ts'
import type { LogoutDelivery } from '../domain/logout-delivery.ts'
import { createLogoutToken } from '../tokens/logout-token.ts'

/** What it needs of the context that it becomes a part of. */
type DeliveryContext = Pick<Context, 'config' | 'store' | 'keys' | 'now' | 'random' | 'log' | 'postForm'>

/** Attempts under way at once, so that a slow client does not hold up the others. */
const mostAtOnce = 10
const timeoutMs = 5000
/** Seconds from a failed attempt to the next one; after the last, the delivery is given up. */
const retryDelays = [10, 60, 300, 900]
/** Seconds after which an attempt that nothing was heard of is made again: its process has ended. */
const lease = 30
/** How often it is looked for deliveries whose time has come, or that another process has left. */
const intervalMs = 5000

/** Begins to deliver what is due, now and in time. */
export function startLogoutDelivery(ctx: DeliveryContext): LogoutDeliverer {
  const attempts = new Set<Promise<void>>()
  let isEnded = false

  /** Takes what is due, one after the other. While there is something, another one does the same. */
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
    if (isEnded || attempts.size >= mostAtOnce) return
    const working = work()
      .catch((error) => ctx.log.warn({ err: error }, 'logout tokens were not sent; it is tried again in 5 seconds'))
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
  // Looked up at each attempt, so that a mended URI is used; without one there is nobody to tell any more.
  if (client?.backchannelLogoutUri === undefined || client.isDisabled) return logoutDeliveries.remove(delivery.id)
  const problem = await send(ctx, client, client.backchannelLogoutUri, delivery)
  if (problem === undefined) return logoutDeliveries.remove(delivery.id)

  const { clientId, sessionId, attempts } = delivery
  const delay = retryDelays[attempts - 1]
  const facts = { clientId, sessionId, attempts, cause: problem }
  if (delay === undefined) {
    ctx.log.warn(facts, 'a client was not told of a logout: given up')
    return logoutDeliveries.remove(delivery.id)
  }
  ctx.log.info({ ...facts, retryIn: delay }, 'a client was not told of a logout yet')
  return logoutDeliveries.putOff(delivery.id, Math.floor(ctx.now()) + delay)
}

/** Why the client did not take it; `undefined` when it did. */
async function send(
  ctx: DeliveryContext,
  client: Client,
  uri: string,
  delivery: LogoutDelivery,
): Promise<string | undefined> {
  const token = await createLogoutToken(ctx, client, delivery)
  try {
    const { status } = await ctx.postForm(uri, { logout_token: token }, { timeoutMs })
    // §2.8: 200 says that the logout succeeded; some frameworks make 204 of it, which SHOULD be accepted.
    return status === 200 || status === 204 ? undefined : `answered ${status}`
  } catch (error) {
    // The network has no form that tells without throwing.
    return error instanceof Error ? error.message : 'failed'
  }
}
