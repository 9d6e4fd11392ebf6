/** Which limit a growing deployment reaches first, and how many machines it needs. */
import type { Demand, Machines } from './demand.ts'
import { type Rates, ratesOf } from './rates.ts'
import { type DatabaseName, type Work, workOf } from './work.ts'

export interface Bound {
  readonly name: string
  /** Share that is used at the peak. */
  readonly used: number
  /** The number of users at which the allowed share is used, with everything else in proportion. */
  readonly endsAtUsers: number
}

export interface Plan {
  readonly work: Work
  /** The one that is reached first comes first. What grows with the number of machines is not among them. */
  readonly bounds: readonly Bound[]
  /** How many machines serve: one more than needed, so that one may fail; on SQLite one. `undefined` when no number is enough. */
  readonly machines: number | undefined
}

/** Transactions of one process on SQLite that share a sync, when many wait. As in `group-commits.ts` of the server. */
const commitsInGroup = 100
/** Connections of one process that write: what `DATABASE_POOL_SIZE` leaves after `DATABASE_RESERVE`. */
const writersOfProcess = 7

export function planOf(demand: Demand, machines: Machines, database: DatabaseName): Plan {
  const work = workOf(peakOf(ratesOf(demand), demand.peak), machines, database)
  return database === 'sqlite' ? onSqlite(demand, machines, work) : onPostgres(demand, machines, work)
}

export function peakOf(rates: Rates, peak: number): Rates {
  // The same names.
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate * peak])) as Rates
}

/** One process at a time writes: what the others write waits for it. While the disk syncs, nothing else is done by that process. */
function onSqlite(demand: Demand, machines: Machines, work: Work): Plan {
  const writer = work.writing + work.commits / commitsInGroup / machines.syncs
  const bounds = inOrder([
    bound("SQLite's one writer", writer, demand, machines),
    bound('the cores of its one machine', (work.hashing + work.serving) / machines.cores, demand, machines),
  ])
  return { work, bounds, machines: bounds.every(({ used }) => used <= machines.use) ? 1 : undefined }
}

function onPostgres(demand: Demand, machines: Machines, work: Work): Plan {
  // Transactions that wait for the same sync share it: one of each connection.
  const commitsOfMachine = machines.syncs * writersOfProcess * machines.cores
  const forCores = (work.hashing + work.serving) / machines.cores
  const forSyncs = work.commits / commitsOfMachine
  const needed = Math.max(1, Math.ceil(Math.max(forCores, forSyncs) / machines.use))
  const servers = needed + 1
  const bounds = inOrder([
    bound('the cores of the primary', work.database / machines.databaseCores, demand, machines),
    bound('the write-ahead log of the primary', work.logBytes / (machines.logMegabytes * 1e6), demand, machines),
    bound("the syncs of the primary's disk", work.commits / (commitsOfMachine * needed), demand, machines),
  ])
  return { work, bounds, machines: bounds.every(({ used }) => used <= machines.use) ? servers : undefined }
}

function bound(name: string, used: number, { users }: Demand, { use }: Machines): Bound {
  return { name, used, endsAtUsers: Math.floor((users * use) / used) }
}

function inOrder(bounds: readonly Bound[]): readonly Bound[] {
  return bounds.toSorted((left, right) => right.used - left.used)
}
