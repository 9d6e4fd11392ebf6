/** What every handler is given first: made once at start, never per request. */
import type { Verifier } from '@countersign/guard'
import type { PendingGuesses } from './accounts/pending-guesses.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Config } from './options.ts'
import type { PasswordPool } from './passwords/pool.ts'
import type { Store } from './store/open.ts'
import type { TraceRecorder } from './trace/recorder.ts'
import type { Clock, Log, Random } from './world.ts'

export interface Context {
  readonly config: Config
  readonly store: Store
  readonly keys: KeyRing
  /** Reads our own access tokens. */
  readonly verifier: Verifier
  readonly passwords: PasswordPool
  readonly pendingGuesses: PendingGuesses
  readonly traces: TraceRecorder
  readonly now: Clock
  readonly random: Random
  readonly log: Log
}
