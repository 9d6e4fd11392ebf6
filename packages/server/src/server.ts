/** Composition root: options -> config -> store, keys, clock -> routes -> { fetch, close }. */
import { randomBytes, randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { createPendingGuesses } from './accounts/pending-guesses.ts'
import type { Context, Log, Random } from './context.ts'
import { startHousekeeping } from './housekeeping.ts'
import { type App, createApp } from './http/app.ts'
import { type Fetch, fetchOf } from './http/web.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { type Options, resolveOptions } from './options.ts'
import { createPasswordPool } from './passwords/pool.ts'
import { routesOf } from './routes.ts'
import { openStore } from './store/open.ts'
import { accessTokenVerifier } from './tokens/access-token.ts'
import { createTraceRecorder } from './trace/recorder.ts'

/** What the outside world gives: the clock and randomness, which tests replace, and where log lines go. */
export interface World {
  /** Seconds since the epoch, with a fraction. */
  readonly now?: () => number
  readonly random?: Random
  readonly log?: Log
}

export interface Countersign {
  /** Web-standard request handler: mounts in any framework that takes one. */
  readonly fetch: Fetch
  readonly app: App
  readonly context: Context
  /** Writes what is waiting and closes the database. */
  readonly close: () => Promise<void>
}

/**
 * Makes an authorization server. Under `migrate` the database is created or brought up to date first, otherwise it must
 * be current. @throws OptionsError, StoreError, SealedKeysError
 */
export async function createServer(options: Options, migrate: boolean, world: World = {}): Promise<Countersign> {
  const config = resolveOptions(options)
  const now = world.now ?? (() => Date.now() / 1000)
  const random = world.random ?? systemRandom
  const log = world.log ?? pino({ level: 'info' })

  const store = await openStore({ url: config.databaseUrl, migrate })
  try {
    const keys = await openKeyRing(config, store, random, now())
    const context: Context = {
      config,
      store,
      keys,
      verifier: accessTokenVerifier(config, keys, now),
      passwords: createPasswordPool({ workers: config.passwordWorkers, queueLimit: config.passwordQueueLimit }),
      pendingGuesses: createPendingGuesses(config.accountFailureLimit, config.passwordQueueLimit),
      traces: createTraceRecorder(store, log, config.demo ? 100 : 0),
      now,
      random,
      log,
    }
    const app = createApp(context, routesOf(config))
    const endHousekeeping = startHousekeeping(context)
    return { fetch: fetchOf(app), app, context, close: () => close(context, endHousekeeping) }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The operating system's randomness. */
export const systemRandom: Random = { bytes: randomBytes, id: randomUUID }

async function close(ctx: Context, endHousekeeping: () => Promise<void>): Promise<void> {
  await endHousekeeping()
  await ctx.passwords.close()
  await ctx.traces.close()
  await ctx.store.close()
}
