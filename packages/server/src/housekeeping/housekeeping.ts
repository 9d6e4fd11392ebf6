/** Removes what has expired, so that no table grows without limit, rotates the signing keys, and checks the database and the clocks. */
import { compareClocks } from '../clock/difference.ts'
import type { Context } from '../context.ts'
import { type CompareIssuers, createCompareIssuers } from '../health/other-issuers.ts'
import { rotateKeys } from '../keys/rotate.ts'
import { inSlices, type Remove } from '../store/slices.ts'
import { maxTokenLifetime } from '../tokens/lifetime.ts'

/** Seconds that the trace of a rejected request is stored. */
const traceRetention = 7 * 24 * 3600
/** Maximum number of stored traces, about 50 MB. A flood of unknown paths takes a tenth of them. */
const traceLimits = { max: 50_000, maxUnrouted: 5000 }
/** Seconds that an incident is stored: an authorization code or refresh token that was used twice. */
const incidentRetention = 90 * 24 * 3600
/** How many incidents of floods are stored: a stranger can cause as many as wanted. All others are stored for `incidentRetention`. */
const maxFloods = 10_000
/** Seconds that an expired refresh token is stored, so that its reuse is found and `why` can explain it. */
const endedTokenRetention = 7 * 24 * 3600
/**
 * Seconds that the revocation of a token is stored after the token has expired. When the clock was ahead for a while and is set back, the token
 * has not expired after all, and must not become valid again.
 */
const revocationRetention = 2 * 3600
/**
 * Seconds that a window of failed logins may end too late. One that ends later was written while the clock was ahead: nobody stays locked out until
 * that time. When the clock is set back by less, such as from a wrong time zone, no count is lost.
 */
const windowTolerance = 24 * 3600
const intervalMs = 60_000
/** Bytes of SQLite's write-ahead log. It stays below a hundredth of this, unless another program keeps reading. */
const largeLog = 256 * 1024 * 1024

/** Cleans up now and every minute. Returns a function that ends this, after the step of a clean-up that is running: the next start removes the rest. */
export function startHousekeeping(ctx: Context): () => Promise<void> {
  let isEnding = false
  const compareIssuers = createCompareIssuers(ctx)
  const cleanUp = () => clean(ctx, compareIssuers, () => isEnding)
  let running = cleanUp()
  const timer = setInterval(() => {
    // First, because the clean-up writes.
    running = running.then(() => attempt(ctx, () => tidy(ctx))).then(cleanUp)
  }, intervalMs).unref()
  return () => {
    isEnding = true
    clearInterval(timer)
    return running
  }
}

/** Logs one line at most that it has failed. @internal */
export async function clean(ctx: Context, compareIssuers: CompareIssuers, isEnding: () => boolean): Promise<void> {
  // Logs what is wrong, also where nobody asks for `/readyz`.
  const checked = ctx.readiness.check()
  await attempt(ctx, async () => {
    await keepHouse(ctx, isEnding)
    if (!isEnding()) await compareIssuers()
  })
  await checked
}

async function attempt({ log }: Context, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.warn({ err: error }, 'housekeeping failed; the next attempt is in a minute')
  }
}

/** SQLite writes to the log until no program reads what was before it. A program that forgets to end its transaction fills the disk. */
export async function tidy({ store, log }: Context): Promise<void> {
  const bytes = await store.tidy()
  if (bytes < largeLog) return
  log.warn(
    { bytes, reason: 'write_ahead_log' },
    "SQLite's write-ahead log is large, and grows until no program reads the database for long: a shell in a transaction, a backup. End it",
  )
}

export async function keepHouse(ctx: Context, isEnding?: () => boolean): Promise<void> {
  await compareClocks(ctx)
  const now = Math.floor(ctx.now())
  // First, because the rest may take long, and this process must not sign with a retired key.
  await keepKeys(ctx, now)
  await removeEnded(ctx, now, isEnding)
}

async function removeEnded({ store, config }: Context, now: number, isEnding?: () => boolean): Promise<void> {
  const live = { idleSince: now - config.sessionIdleLifetime, now }
  const removals: readonly Remove[] = [
    ({ throttle }, max) => throttle.removeEnded(now, max),
    ({ throttle }, max) => throttle.removeAfter(now + config.failureWindow + windowTolerance, max),
    ({ traces }, max) => traces.prune(now - traceRetention, traceLimits, max),
    ({ incidents }, max) => incidents.removeBefore(now - incidentRetention, max),
    ({ incidents }, max) => incidents.pruneFloods(maxFloods, max),
    ({ sessions }, max) => sessions.removeEnded(live, max),
    ({ interactionResults }, max) => interactionResults.removeEnded(now, max),
    // And their refresh tokens.
    ({ grants }, max) => grants.removeEnded(now, max),
    ({ refreshTokens }, max) => refreshTokens.removeEnded(now - endedTokenRetention, max),
    ({ revokedTokens }, max) => revokedTokens.removeEnded(now - revocationRetention, max),
    ({ removals }, max) => removals.removeBefore(now - revocationRetention - config.accessTokenLifetime, max),
  ]
  for (const remove of removals) await inSlices(store, remove, isEnding)
}

/** Rotates the keys that are due, and loads the keys that other processes have rotated. @throws KeysUnusable, and changes nothing then */
async function keepKeys(ctx: Context, now: number): Promise<void> {
  const { config, store, keys, random, log } = ctx
  // A rotation makes what is missing. Where all keys are lost, those that are published would be replaced, and every token rejected.
  await keys.reload()
  const rotations = await rotateKeys(store, {
    secretKey: config.secretKey,
    random,
    now,
    lifetime: maxTokenLifetime(config),
    isDue: (active) => (active.activatedAt ?? 0) + config.keyRotationInterval <= now,
  })
  for (const { algorithm, outcome } of rotations) log.info({ algorithm, outcome }, 'signing key rotation')
  // A logout request has the ID token of the login, which is as old as the session.
  await store.signingKeys.removeExpired(now - config.sessionLifetime)
  await keys.reload()
}
