/** Removes what has had its time, so that no table grows for ever. */
import type { Context } from './context.ts'

/** Seconds that the trace of a rejected request is kept. */
const traceRetention = 7 * 24 * 3600
/** Stored traces at most: some 50 MB. */
const mostTraces = 50_000
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
  await ctx.store.throttle.removeEnded(now)
  await ctx.store.traces.prune(now - traceRetention, mostTraces)
}
