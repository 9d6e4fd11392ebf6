/** What every handler is given first: made once at start, never per request. */
import type { Verifier } from '@countersign/guard'
import type { PendingGuesses } from './accounts/pending-guesses.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Config } from './options.ts'
import type { PasswordPool } from './passwords/pool.ts'
import type { Store } from './store/open.ts'
import type { TraceRecorder } from './trace/recorder.ts'

export interface Context {
  readonly config: Config
  readonly store: Store
  readonly keys: KeyRing
  /** Reads our own access tokens. */
  readonly verifier: Verifier
  readonly passwords: PasswordPool
  readonly pendingGuesses: PendingGuesses
  readonly traces: TraceRecorder
  /** Seconds since the epoch, with a fraction. */
  readonly now: () => number
  readonly random: Random
  readonly log: Log
}

export interface Random {
  readonly bytes: (length: number) => Uint8Array
  /** 128 random bits as text: request ids, token ids, user ids. */
  readonly id: () => string
}

/** The part of pino that we use. */
export interface Log {
  readonly debug: (facts: object, message: string) => void
  readonly info: (facts: object, message: string) => void
  readonly warn: (facts: object, message: string) => void
  readonly error: (facts: object, message: string) => void
}
