/** Password hashing off the event loop: `verify` and `hash` in worker threads, with a bounded queue before them. */

import { availableParallelism } from 'node:os'
import type { Verification } from './verify-password.ts'
import type { PasswordResult, PasswordTask } from './worker.ts'
import { WorkerPool } from './worker-pool.ts'
import { wrappableHash } from './wrap.ts'

export type { Verification } from './verify-password.ts'
export { PoolBusy, PoolClosed, WorkerFailed } from './worker-pool.ts'

/** Checks and makes password hashes. Every promise may reject with `PoolBusy`, `PoolClosed` or `WorkerFailed`. */
export interface PasswordPool {
  /** Checks a password against the stored hash. `null`, for an unknown user, takes as long as a wrong password. */
  verify(hash: string | null, password: string): Promise<Verification>
  /** Makes an argon2id hash of the password in NFKC form. */
  hash(password: string): Promise<string>
  /**
   * Puts a hash of another format inside of argon2id. Rejects with a `TypeError` for a hash whose inspection, with
   * `allowWeakHashes`, does not say `isWrappable`.
   */
  wrap(hash: string): Promise<string>
  /** Threads at most: as many tasks at a time never wait. */
  readonly workers: number
  /** Tasks that wait for a thread. */
  readonly queued: number
  /** Tasks that a thread is doing. */
  readonly running: number
  /** Ends the threads. Tasks that are not done reject with `PoolClosed`. */
  close(): Promise<void>
}

export interface PasswordPoolOptions {
  /**
   * Maximum number of worker threads. They start when they are needed.
   * @default the number of cores
   */
  readonly workers?: number
  /**
   * Maximum number of tasks that wait for a thread.
   * @default 32 for each worker
   */
  readonly queueLimit?: number
}

// The build has the worker beside this file too, but tsc does not rewrite the name in a URL.
const script = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Makes a pool. No thread starts before the first task. Close it when the server closes. */
export function createPasswordPool(options: PasswordPoolOptions = {}): PasswordPool {
  const size = options.workers ?? availableParallelism()
  const pool = new WorkerPool<PasswordTask, PasswordResult>({
    script,
    size,
    queueLimit: options.queueLimit ?? 32 * size,
  })
  return {
    verify: async (hash, password) => {
      const result = await pool.run({ type: 'verify', hash, password })
      if (typeof result === 'string') throw new TypeError('the worker returned a hash for a verification')
      return result
    },
    hash: (password) => makeHash({ type: 'hash', password }),
    wrap: async (hash) => {
      wrappableHash(hash)
      return await makeHash({ type: 'wrap', hash })
    },
    workers: size,
    get queued() {
      return pool.queued
    },
    get running() {
      return pool.running
    },
    close: () => pool.close(),
  }

  async function makeHash(task: PasswordTask): Promise<string> {
    const result = await pool.run(task)
    if (typeof result !== 'string') throw new TypeError('the worker returned a verification for a hash')
    return result
  }
}
