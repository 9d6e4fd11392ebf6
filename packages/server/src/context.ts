/** What every handler is given first: made once at start, never per request. */
import type { Verifier } from '@countersign/guard/verifier'
import type { Config } from './config/options.ts'
import type { Clock, Log, PostForm, Random } from './environment.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { PendingGuesses } from './login/pending-attempts.ts'
import type { PasswordPool } from './passwords/pool.ts'
import type { Store } from './store/open.ts'
import type { TraceRecorder } from './trace/recorder.ts'

export interface Context {
  readonly config: Config
  readonly store: Store
  readonly keys: KeyRing
  /** Reads our own access tokens that are for this server: what opens its routes. */
  readonly verifier: Verifier
  /** Reads every access token of ours, also those for other resource servers: what is asked about, or given back. */
  readonly issuedVerifier: Verifier
  readonly passwords: PasswordPool
  readonly pendingGuesses: PendingGuesses
  readonly traces: TraceRecorder
  readonly revocationFeed: RevocationFeed
  /** Tells clients of logouts. */
  readonly logoutDelivery: LogoutDeliverer
  readonly postForm: PostForm
  readonly now: Clock
  readonly random: Random
  readonly log: Log
}

/** What the revocation feed says, a second ago at most (`token-status/revocation-feed.ts`). */
export interface RevocationFeed {
  readonly read: () => Promise<{
    /** What it says, named: the same for the same contents. */
    readonly tag: string
    /** The signed feed. */
    readonly token: () => Promise<string>
  }>
}

/** Tells clients of logouts (`logout/deliver-logout.ts`). */
export interface LogoutDeliverer {
  /** Sends what is due now; never rejects. Resolves when all of it was tried. */
  readonly deliver: () => Promise<void>
  /** Begins no attempt any more. Resolves when those under way have ended. */
  readonly end: () => Promise<void>
}
