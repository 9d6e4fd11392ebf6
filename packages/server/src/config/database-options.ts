/** The options of the database: where it is, and for PostgreSQL how many connections there are and how long anything waits. */
import { z } from 'zod'
import { defaultPool, type PoolSettings } from '../store/pool-settings.ts'
import { databaseUrlProblem, normalizeDatabaseUrl } from './database-url.ts'
import { issueOf } from './issue-of.ts'
import type { Config } from './options.ts'
import type { OptionProblem } from './options-error.ts'

const connections = 'must be a whole number of connections'

/** PostgreSQL keeps its limits as 32-bit numbers of milliseconds. */
const timeout = z
  .int('must be a whole number of seconds')
  .min(1, 'must be at least 1 (seconds)')
  .max(3600, 'must be at most 3600, which is an hour')

export const databaseOptions: {
  readonly databaseUrl: z.ZodType<string, string | undefined>
  readonly databasePoolSize: z.ZodType<number, number | undefined>
  readonly databaseReserve: z.ZodType<number | undefined, number | undefined>
  readonly databaseWaitTimeout: z.ZodType<number, number | undefined>
  readonly databaseStatementTimeout: z.ZodType<number, number | undefined>
  readonly databaseLockTimeout: z.ZodType<number, number | undefined>
} = {
  databaseUrl: z
    .string()
    .superRefine(issueOf(databaseUrlProblem))
    .transform(normalizeDatabaseUrl)
    .default('sqlite:./data/countersign.db'),
  databasePoolSize: z
    .int(connections)
    .min(2, 'must be at least 2 (connections)')
    .max(1000, 'must be at most 1000 (connections)')
    .default(defaultPool.size),
  databaseReserve: z.int(connections).min(0, 'must not be negative').optional(),
  databaseWaitTimeout: timeout.default(defaultPool.waitTimeout),
  databaseStatementTimeout: timeout.default(defaultPool.statementTimeout),
  databaseLockTimeout: timeout.default(defaultPool.lockTimeout),
}

type Database = 'databasePoolSize' | 'databaseWaitTimeout' | 'databaseStatementTimeout' | 'databaseLockTimeout'

/** What the checks need. `undefined`: the default. */
type Checked = Pick<Config, Database> & { readonly databaseReserve?: number | undefined }

export function databaseProblems(options: Checked): OptionProblem[] {
  const { databasePoolSize: size, databaseReserve: reserve = 0 } = options
  const isTooLarge = reserve >= size
  const isOutlasted = options.databaseLockTimeout > options.databaseStatementTimeout
  return [
    ...(isTooLarge ? [{ option: 'databaseReserve', message: 'must be less than databasePoolSize' }] : []),
    ...(isOutlasted ? [{ option: 'databaseLockTimeout', message: 'must not exceed databaseStatementTimeout' }] : []),
  ]
}

/** The settings of the pool that these options mean. */
export function poolSettings(options: Checked): Omit<PoolSettings, 'maxWaitingWriters'> {
  const { databasePoolSize: size } = options
  return {
    size,
    reserve: options.databaseReserve ?? Math.floor((size * defaultPool.reserve) / defaultPool.size),
    waitTimeout: options.databaseWaitTimeout,
    statementTimeout: options.databaseStatementTimeout,
    lockTimeout: options.databaseLockTimeout,
  }
}
