/**
 * Limits on time for tests in which statements wait for each other, and no limit is what the test is about: long enough for the slowest machine.
 * With those of production, a statement that waits for a lock fails after a second.
 */
import { defaultPool, type PoolSettings } from '../../src/store/pool-settings.ts'

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
