/** The first argument of every handler: made once at start, never per request. */
import type { Verifier } from '@countersign/guard/verifier'
import type { Config } from './config/options.ts'
import type { AsymmetricAlgorithm } from './domain/algorithm.ts'
import type { Emit } from './domain/event.ts'
import type { LoginName } from './domain/login-name.ts'
import type { Clock, Log, PostForm, Random, SharedClock } from './environment.ts'
import type { Readiness } from './health/readiness.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { OutageLog } from './log/outage-log.ts'
import type { AttemptQueue } from './login/attempt-queue.ts'
import type { LoginAdmission } from './login/login-admission.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { PasswordPool } from './passwords/pool.ts'
import type { Shutdown } from './shutdown/shutdown.ts'
import type { Store } from './store/open.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import type { TraceRecorder } from './trace/recorder.ts'
import type { Directories } from './users/directories/directories.ts'

export interface Context {
  readonly config: Config
  /** What signs the ID tokens of declared clients that name no algorithm. */
  readonly idTokenAlgorithm: AsymmetricAlgorithm
  /** What users log in with. */
  readonly loginWith: readonly LoginName[]
  readonly store: Store
  readonly keys: KeyRing
  /** Verifies our own access tokens that are for this server: those that its routes accept. */
  readonly verifier: Verifier
  /** Verifies all our access tokens, for other resource servers as well: those of introspection and revocation. */
  readonly issuedVerifier: Verifier
  /** `undefined` without any. */
  readonly directories: Directories | undefined
  readonly passwords: PasswordPool
  readonly logins: LoginAdmission
  readonly loginAttempts: AttemptQueue
  readonly traces: TraceRecorder
  readonly revocationFeed: RevocationFeed
  /** Notifies clients of logouts. */
  readonly logoutDelivery: LogoutDeliverer
  readonly postForm: PostForm
  /** Where `now` comes from. */
  readonly clock: SharedClock
  readonly now: Clock
  readonly random: Random
  readonly log: Log
  /** The log for what a flood of requests repeats. */
  readonly outageLog: OutageLog
  readonly readiness: Readiness
  readonly shutdown: Shutdown
  /** Notifies the program around the server. */
  readonly emit: Emit
  /** `undefined` when nobody reads them. */
  readonly metrics: Metrics | undefined
  /** `undefined` without the option `openTelemetry`. */
  readonly telemetry: Telemetry | undefined
}

/** The revocation feed, at most some seconds old (`token-status/revocation-feed.ts`). */
export interface RevocationFeed {
  readonly read: () => Promise<{
    /** The same for the same contents. */
    readonly tag: string
    /** The signed feed. */
    readonly token: () => Promise<string>
  }>
}

/** Notifies clients of logouts (`logout/deliver-logout.ts`). */
export interface LogoutDeliverer {
  /** Sends what is due now. Never rejects. Resolves when everything was tried. */
  readonly deliver: () => Promise<void>
  /** Starts no more attempts. Resolves when the running ones have ended. */
  readonly end: () => Promise<void>
}
