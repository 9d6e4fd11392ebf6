/** What the operations cost together: processor time, commits and bytes of the log. */
import type { Machines } from './demand.ts'
import { costs } from './measured.ts'
import type { Operation, Rates } from './rates.ts'

export type DatabaseName = 'sqlite' | 'postgres'

/** For each second, at the given rates. */
export interface Work {
  readonly commits: number
  /** Cores that hash passwords. */
  readonly hashing: number
  /** Cores for all else of the server. */
  readonly serving: number
  /** The part of those for what writes. */
  readonly writing: number
  /** Cores of PostgreSQL. */
  readonly database: number
  /** Of PostgreSQL's write-ahead log, each page as a whole: the most that it can be. */
  readonly logBytes: number
}

export function workOf(rates: Rates, machines: Machines, database: DatabaseName): Work {
  const sum = (of: (name: Operation) => number) =>
    operationNames.reduce((total, name) => total + rates[name] * of(name), 0)
  const cores = (microseconds: number) => microseconds / 1e6 / machines.coreSpeed
  const own = (name: Operation) => costs[name][database]
  const isPostgres = database === 'postgres'
  return {
    commits: sum((name) => costs[name].commits),
    hashing: (sum((name) => costs[name].hashes) * machines.hashMs) / 1000,
    serving: cores(sum(own)),
    writing: cores(sum((name) => (costs[name].commits > 0 ? own(name) : 0))),
    database: isPostgres ? cores(sum((name) => costs[name].database)) : 0,
    logBytes: isPostgres ? sum((name) => costs[name].logBytesWithPages) : 0,
  }
}

/** In the order of `costs`. */
export const operationNames: readonly Operation[] = Object.keys(costs) as Operation[]
