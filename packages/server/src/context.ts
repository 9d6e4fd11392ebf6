/** What every handler is given first: made once at start, never per request. */
import type { Verifier } from '@countersign/guard'
import type { PendingGuesses } from './accounts/pending-guesses.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Config } from './options.ts'
import type { PasswordPool } from './passwords/pool.ts'
import type { Store } from './store/open.ts'
import type { TraceRecorder } from './trace/recorder.ts'
import type { Clock, Log, PostForm, Random } from './world.ts'

export interface Context {
  readonly config: Config
  readonly store: Store
  readonly keys: KeyRing
  /** Reads our own access tokens. */
  readonly verifier: Verifier
  readonly passwords: PasswordPool
  readonly pendingGuesses: PendingGuesses
  readonly traces: TraceRecorder
  /** Tells clients of logouts. */
  readonly logoutDelivery: LogoutDeliverer
  readonly postForm: PostForm
  readonly now: Clock
  readonly random: Random
  readonly log: Log
}

/** Tells clients of logouts (`accounts/deliver-logout.ts`). */
export interface LogoutDeliverer {
  /** Sends what is due now; never rejects. Resolves when all of it was tried. */
  readonly deliver: () => Promise<void>
  /** Begins no attempt any more. Resolves when those under way have ended. */
  readonly end: () => Promise<void>
}
