/**
 * Limits on time that the slowest machine keeps. Those for statements are for tests in which statements wait for each other, and no limit is what the
 * test is about: with those of production, a statement that waits for a lock fails after a second.
 */
import { defaultPool, type PoolSettings } from '../../src/store/pool-settings.ts'

/** Milliseconds in which a condition is met or a program is ready. A test may take five minutes. */
export const patienceMs = 120_000

/** In seconds. A test may take 300. */
const longEnough = 240

/** For a server. */
export const patient = {
  databaseStatementTimeout: longEnough,
  databaseLockTimeout: longEnough,
  databaseWaitTimeout: longEnough,
} as const

/** For a store. */
export const patientPool: PoolSettings = {
  ...defaultPool,
  statementTimeout: longEnough,
  lockTimeout: longEnough,
  waitTimeout: longEnough,
}
