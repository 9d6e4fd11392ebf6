/** Password hashing off the event loop: `verify` and `hash` in worker threads, with a bounded queue before them. */

import { availableParallelism } from 'node:os'
import type { Verification } from './verify-password.ts'
import type { PasswordAnswer, PasswordTask } from './worker.ts'
import { WorkerPool } from './worker-pool.ts'

export type { Verification } from './verify-password.ts'
export { PoolBusy, PoolClosed, WorkerFailed } from './worker-pool.ts'

/** Checks and makes password hashes. Every promise may reject with `PoolBusy`, `PoolClosed` or `WorkerFailed`. */
export interface PasswordPool {
  /** Checks a password against what is stored; `null` for an unknown user, which takes as long as a wrong password. */
  verify(hash: string | null, password: string): Promise<Verification>
  /** Makes an argon2id hash of the password's NFKC form. */
  hash(password: string): Promise<string>
  /** Tasks that wait for a thread. */
  readonly queued: number
  /** Tasks that a thread is doing. */
  readonly running: number
  /** Ends the threads. Whatever was not answered rejects with `PoolClosed`. */
  close(): Promise<void>
}

export interface PasswordPoolOptions {
  /**
   * The most worker threads; they start when they are needed.
   * @default the number of cores
   */
  readonly workers?: number
  /**
   * The most tasks that wait for a thread.
   * @default 32 for each worker
   */
  readonly queueLimit?: number
}

// The emitted JavaScript has its worker beside it too, but tsc leaves the name in a URL as it is.
const script = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Makes a pool, which costs nothing until its first task. Close it when the server closes. */
export function createPasswordPool(options: PasswordPoolOptions = {}): PasswordPool {
  const size = options.workers ?? availableParallelism()
  const pool = new WorkerPool<PasswordTask, PasswordAnswer>({
    script,
    size,
    queueLimit: options.queueLimit ?? 32 * size,
  })
  return {
    verify: async (hash, password) => {
      const answer = await pool.run({ type: 'verify', hash, password })
      if (typeof answer === 'string') throw new TypeError('the worker answered a verification with a hash')
      return answer
    },
    hash: async (password) => {
      const answer = await pool.run({ type: 'hash', password })
      if (typeof answer !== 'string') throw new TypeError('the worker answered a hash with a verification')
      return answer
    },
    get queued() {
      return pool.queued
    },
    get running() {
      return pool.running
    },
    close: () => pool.close(),
  }
}
