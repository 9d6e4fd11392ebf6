/** Composition root: options -> config -> store, keys, clock -> routes -> { fetch, close }. */
import { countersign } from './config/called-as.ts'
import { poolSettings } from './config/database-options.ts'
import type { Config, Options } from './config/options.ts'
import { resolveOptions } from './config/resolve-options.ts'
import type { Context } from './context.ts'
import { addDemoUsers } from './demo/users.ts'
import { type AsymmetricAlgorithm, publicAlgorithm, standardIdTokenAlgorithm } from './domain/algorithm.ts'
import type { Emit } from './domain/event.ts'
import {
  type Clock,
  type Log,
  onlyClock,
  type PostForm,
  type Random,
  systemRandom,
  unfailingLog,
} from './environment.ts'
import { createReadiness } from './health/readiness.ts'
import { emitTo } from './hooks/events.ts'
import { startHousekeeping } from './housekeeping/housekeeping.ts'
import { type App, createApp } from './http/app.ts'
import { mayBeInProgress } from './http/overload.ts'
import { createPostForm } from './http/post-form.ts'
import { defaultGraceMs } from './http/running.ts'
import { type Fetch, fetchOf } from './http/web.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { createOutageLog } from './log/outage-log.ts'
import { standardLog } from './log/standard-log.ts'
import { createAttemptQueue } from './login/attempt-queue.ts'
import { createLoginAdmission } from './login/login-admission.ts'
import { loginNamesFor } from './login/login-names.ts'
import { startLogoutDelivery } from './logout/deliver-logout.ts'
import { createMetrics, type Metrics, type WorkerMetrics } from './metrics/metrics.ts'
import { timedPasswords } from './metrics/timed-passwords.ts'
import { createPasswordPool, type PasswordPool } from './passwords/pool.ts'
import { type Route, routesOf } from './routes.ts'
import { endInTime } from './shutdown/end-in-time.ts'
import { createShutdown } from './shutdown/shutdown.ts'
import { StoreError } from './store/errors.ts'
import { openStore, type Store } from './store/open.ts'
import { createTelemetry } from './telemetry/telemetry.ts'
import { unfailingTelemetry } from './telemetry/unfailing.ts'
import { createRevocationFeedCache } from './token-status/revocation-feed.ts'
import { accessTokenVerifier } from './tokens/access-token.ts'
import { createTraceRecorder } from './trace/recorder.ts'
import { openDirectories } from './users/directories/directories.ts'
import { watchDirectories } from './users/directories/watch-directories.ts'

/** The environment of a server, and whether it may change the database. Times are in seconds. */
export interface Environment {
  /** Whether to create the database or update its tables. Otherwise the database must be up to date. @default false */
  readonly migrate?: boolean
  /** Returns seconds since the epoch, with a fraction. @default PostgreSQL's clock; with SQLite the machine's */
  readonly now?: Clock
  /** @default the operating system's randomness */
  readonly random?: Random
  /** Posts logout tokens to clients. @default HTTP, to public addresses only unless configured otherwise */
  readonly postForm?: PostForm
  /** @default JSON lines on standard output */
  readonly log?: Log
}

/** What only our commands set. @internal */
export interface ServerEnvironment extends Environment {
  /** Whether metrics are collected without `metricsPath`, for a port of their own. @default false */
  readonly collectsMetrics?: boolean
  /** When it is one of several workers: whose metrics they are, and how those of all are read. @default the only process */
  readonly worker?: WorkerMetrics
  /** What hashes passwords. Closed with the server. @default threads of its own */
  readonly passwords?: PasswordPool
  /** Called with the checked options before anything is opened. What it throws ends the start. */
  readonly approve?: (config: Config) => void
}

/** A server with its internals. `handle/countersign.ts` is what other programs get of it. @internal */
export interface Server {
  readonly fetch: Fetch
  readonly app: App
  readonly routes: readonly Route[]
  readonly context: Context
  /**
   * Waits at most `graceMs` for what runs, writes what is waiting, and closes the database, each within 3 seconds. Returns and logs what was
   * cut off. @default graceMs 10 seconds
   */
  readonly close: (graceMs?: number) => Promise<readonly string[]>
}

/**
 * Opens the database and the keys, and connects the routes. With `demo`, the tutorial's users are added. @throws OptionsError, StoreError, SealedKeysError with a message for the operator
 * @internal
 */
export async function createServer(options: Options, environment: ServerEnvironment = {}): Promise<Server> {
  const config = resolveOptions(options)
  environment.approve?.(config)
  const store = await openStore({
    url: config.databaseUrl,
    migrate: environment.migrate ?? false,
    // A request that has come so far has done its reads: it is not refused for the number of others.
    pool: { ...poolSettings(config), maxWaitingWriters: mayBeInProgress(config) },
    ...(environment.random && { random: environment.random }),
  })
  return await startOn(config, store, environment)
}

/** The same on a store that is open. Closes the store when it throws. @throws StoreError, SealedKeysError @internal */
export async function startOn(config: Config, store: Store, environment: ServerEnvironment): Promise<Server> {
  const { random = systemRandom } = environment
  // A clock that is given says what time it is, whatever the database's says.
  const clock = environment.now ? onlyClock(environment.now) : store.clock
  const { now } = clock
  const log = unfailingLog(environment.log ?? standardLog())
  const { postForm = createPostForm(config) } = environment
  try {
    // First: it rejects a `metricsPath`, and nothing runs yet.
    const routes = routesOf(config)
    if (config.demo) await addDemoUsers(store, random, now())
    else await rejectDemoUsers(store)
    const keys = await openKeyRing(config, store, random, now)
    const idTokenAlgorithm = await idTokenAlgorithmFor(config, store)
    const loginWith = await loginNamesFor(config.loginWith, store)
    const { passwordWorkers: workers, passwordQueueLimit: queueLimit } = config
    const pool = environment.passwords ?? createPasswordPool({ workers, queueLimit })
    const metrics =
      environment.collectsMetrics || config.metricsPath ? await metricsOf(pool, store, environment.worker) : undefined
    const notify = emitTo(config.onEvent, log)
    const emit: Emit = (event) => {
      metrics?.countEvent(event)
      notify(event)
    }
    const telemetry = config.openTelemetry ? unfailingTelemetry(await createTelemetry(), log) : undefined
    const around = { now, log, outgoingHeaders: telemetry?.outgoingHeaders }
    const directories = await openDirectories(config.directories, around, await store.directoryLinks.names())
    const shared = {
      config,
      idTokenAlgorithm,
      loginWith,
      store,
      directories,
      keys,
      clock,
      now,
      random,
      log,
      postForm,
      emit,
      metrics,
      telemetry,
    }
    const context: Context = {
      ...shared,
      verifier: accessTokenVerifier(config, keys, now),
      issuedVerifier: accessTokenVerifier(config, keys, now, { anyAudience: config.algorithm !== 'HS256' }),
      passwords: metrics ? timedPasswords(pool, metrics) : pool,
      logins: createLoginAdmission(config.passwordWorkers + config.passwordQueueLimit),
      loginAttempts: createAttemptQueue(config.passwordQueueLimit),
      traces: createTraceRecorder(store, log, config.demo ? 100 : 0),
      revocationFeed: createRevocationFeedCache(shared),
      logoutDelivery: startLogoutDelivery(shared),
      outageLog: createOutageLog(log),
      readiness: createReadiness(shared),
      shutdown: createShutdown(),
    }
    const app = createApp(context, routes)
    const ends = [startHousekeeping(context), watchDirectories(context)]
    return { fetch: fetchOf(app), app, routes, context, close: (graceMs) => close(app, context, ends, graceMs) }
  } catch (error) {
    await store.close()
    throw error
  }
}

function metricsOf(pool: PasswordPool, store: Store, worker: WorkerMetrics | undefined): Promise<Metrics> {
  const gauges = {
    passwordsQueued: () => pool.queued,
    passwordsRunning: () => pool.running,
    databaseBytes: store.size,
    poolLoad: store.poolLoad,
  }
  return createMetrics(gauges, worker)
}

/** A deployment that an earlier version began keeps the default of then until the option is set, so that no client gets another algorithm. */
async function idTokenAlgorithmFor(
  { idTokenAlgorithm, algorithm }: Config,
  store: Store,
): Promise<AsymmetricAlgorithm> {
  if (idTokenAlgorithm !== undefined) return idTokenAlgorithm
  return (await store.formerDefaults.has('id_token_algorithm')) ? publicAlgorithm(algorithm) : standardIdTokenAlgorithm
}

/** Everybody knows the passwords of the demo users. */
async function rejectDemoUsers(store: Store): Promise<void> {
  const usernames = await store.credentials.listDemo()
  if (usernames.length === 0) return
  throw new StoreError(
    'demo_users',
    `The database contains demo users, whose passwords everybody knows. Delete them first: ${countersign} users delete ${usernames.join(' ')}`,
  )
}

async function close(
  app: App,
  ctx: Context,
  ends: readonly (() => Promise<void>)[],
  graceMs = defaultGraceMs,
): Promise<readonly string[]> {
  // `app.close` keeps to its time by itself.
  const hasEnded = await app.close(graceMs)
  const unfinished = await endInTime(
    [
      { name: 'background work', end: () => Promise.all([...ends.map((end) => end()), ctx.logoutDelivery.end()]) },
      { name: 'directories', end: async () => ctx.directories?.close() },
      { name: 'password workers', end: () => ctx.passwords.close() },
      { name: 'log of outages', end: async () => ctx.outageLog.end() },
      { name: 'traces', end: () => ctx.traces.end() },
      { name: 'database', end: () => ctx.store.close() },
    ],
    ctx.log,
  )
  const cutOff = [...(hasEnded ? [] : ['requests']), ...unfinished]
  if (cutOff.length > 0) ctx.log.error({ cutOff }, 'closed, although these had not ended')
  return cutOff
}
