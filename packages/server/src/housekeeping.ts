/** Removes what has had its time, so that no table grows for ever, and rotates the keys that sign. */
import { setImmediate } from 'node:timers/promises'
import type { Context } from './context.ts'
import { rotateKeys } from './keys/rotate.ts'
import { clockAllowance, longestTokenLifetime } from './tokens/lifetime.ts'

/** Seconds that the trace of a rejected request is kept. */
const traceRetention = 7 * 24 * 3600
/** Stored traces at most: some 50 MB. A flood of unknown paths takes a tenth of them. */
const traceLimits = { max: 50_000, maxUnrouted: 5000 }
/** Seconds that the incident of a code or refresh token that was used twice is kept. */
const incidentRetention = 90 * 24 * 3600
/** Seconds that a refresh token is known after its time, so that a reuse is still seen, and `why` tells what it was. */
const endedTokenRetention = 7 * 24 * 3600
const intervalMs = 60_000

/** Cleans up now and every minute. Answers what ends it, after a clean-up that is under way. */
export function startHousekeeping(ctx: Context): () => Promise<void> {
  let running = clean(ctx)
  const timer = setInterval(() => {
    running = running.then(() => clean(ctx))
  }, intervalMs).unref()
  return () => {
    clearInterval(timer)
    return running
  }
}

async function clean(ctx: Context): Promise<void> {
  try {
    await keepHouse(ctx)
  } catch (error) {
    ctx.log.warn({ err: error }, 'housekeeping failed; it is tried again in a minute')
  }
}

export async function keepHouse(ctx: Context): Promise<void> {
  const now = Math.floor(ctx.now())
  // First: however long the rest takes, this process must not go on signing with a key that has retired.
  await keepKeys(ctx, now)
  await removeEnded(ctx, now)
}

async function removeEnded({ store, config }: Context, now: number): Promise<void> {
  await inBatches(() => store.throttle.removeEnded(now))
  await inBatches(() => store.traces.prune(now - traceRetention, traceLimits))
  await inBatches(() => store.incidents.removeBefore(now - incidentRetention))
  await inBatches(() => store.sessions.removeEnded({ idleSince: now - config.sessionIdleLifetime, now }))
  await inBatches(() => store.interactionAnswers.removeEnded(now))
  // What was made of a grant goes with it.
  await inBatches(() => store.grants.removeEnded(now))
  await inBatches(() => store.refreshTokens.removeEnded(now - endedTokenRetention))
  // The revocation feed tells of them until then.
  await inBatches(() => store.revokedTokens.removeEnded(now - clockAllowance))
  await inBatches(() => store.removals.removeBefore(now - clockAllowance - config.accessTokenLifetime))
}

/** Requests are answered between the batches. */
async function inBatches(remove: () => Promise<number>): Promise<void> {
  while ((await remove()) > 0) await setImmediate()
}

/** Rotates what is due, and takes over what other processes have rotated. */
async function keepKeys(ctx: Context, now: number): Promise<void> {
  const { config, store, keys, random, log } = ctx
  const rotations = await rotateKeys(store, {
    secretKey: config.secretKey,
    random,
    now,
    lifetime: longestTokenLifetime(config),
    isDue: (active) => (active.activatedAt ?? 0) + config.keyRotationInterval <= now,
  })
  for (const { algorithm, outcome } of rotations) log.info({ algorithm, outcome }, 'signing key rotation')
  // Who logs out shows the ID token of the login, which is as old as the session.
  await store.signingKeys.removeExpired(now - config.sessionLifetime)
  await keys.reload()
}
