/** The connections of one process to PostgreSQL: how many, for what, and how long anything waits. Times are in seconds. */
export interface PoolSettings {
  /** Connections at most. */
  readonly size: number
  /** How many of them only reads may use, such as checks of tokens: what writes may hold the others. */
  readonly reserve: number
  /** How many of what may write wait for a connection. Others are refused. */
  readonly maxWaitingWriters: number
  /** How long a query waits for a connection, and a connection for the server. */
  readonly waitTimeout: number
  /** How long a statement may take. */
  readonly statementTimeout: number
  /** How long a statement waits for a lock. */
  readonly lockTimeout: number
}

export const defaultPool: PoolSettings = {
  size: 10,
  reserve: 3,
  maxWaitingWriters: 600,
  waitTimeout: 3,
  statementTimeout: 3,
  lockTimeout: 1,
}

/** Milliseconds that are left to the server, to enforce its own limit first. */
const allowanceMs = 1000

/** Milliseconds after which a server that has not answered is given up. */
export function answerLimitMs({ statementTimeout }: Pick<PoolSettings, 'statementTimeout'>): number {
  return statementTimeout * 1000 + allowanceMs
}

/**
 * TCP keep-alive: after so long without data, the system probes the other end. Without a response it ends the connection 10 seconds later. It sends no
 * probes while sent data is not acknowledged: it retransmits that, on Linux for about 15 minutes. Node cannot set TCP_USER_TIMEOUT, so
 * `while-at-work.ts` finds that case.
 */
export const keptAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const
