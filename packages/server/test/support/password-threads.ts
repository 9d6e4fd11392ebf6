/** Threads that hash passwords, for all servers of a test process: to start one takes as long as four logins. */
import { createPasswordPool, type PasswordPool } from '../../src/passwords/pool.ts'

const pool = createPasswordPool()

/** For one server. When it closes, they stay for the next one. */
export function sharedThreads(): PasswordPool {
  return {
    verify: pool.verify,
    hash: pool.hash,
    wrap: pool.wrap,
    workers: pool.workers,
    get queued() {
      return pool.queued
    },
    get running() {
      return pool.running
    },
    close: async () => {},
  }
}
