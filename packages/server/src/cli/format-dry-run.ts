/** What `countersign migrate --dry-run` prints. */
import { countersign } from '../config/called-as.ts'
import type { DryRun } from '../store/dry-run.ts'
import type { PlannedMigration } from '../store/migration-plan.ts'

/** The lines for a reader. */
export function formatDryRun(dryRun: DryRun): readonly string[] {
  const { kind, isNew, pending } = dryRun
  if (pending.length === 0) return [upToDate(dryRun.newer)]
  const migrate = `Nothing was changed. To do it: ${countersign} migrate`
  if (isNew) return [`There are no tables yet: ${pending.length} migrations create them.`, migrate]
  const building = kind === 'postgres' ? ' while requests go on' : ''
  const steps = pending.flatMap(({ name, steps, indexes }) => [
    name,
    ...steps.map((step) => `  ${step}`),
    ...indexes.map((index) => `  builds the index ${index.name} on ${counted(dryRun, index.table)}${building}`),
  ])
  return [...steps, ...formatLocks(dryRun), migrate]
}

/** What `migrate` prints when there is nothing to do. */
export function upToDate(newer: readonly string[]): string {
  if (newer.length === 0) return 'The database is up to date.'
  return `The database is up to date: a newer version of Countersign migrated it (${newer.join(', ')}), and this one may run on it.`
}

function formatLocks(dryRun: DryRun): readonly string[] {
  const { kind, pending, locks } = dryRun
  const contracting = pending.filter(({ expands }) => !expands)
  const stop = contracting.length === 0 ? 'Processes that serve now can go on.' : contracting.map(whatToStop).join(' ')
  if (kind === 'sqlite') return ['Locks the database against writes until it is done.', stop]
  if (locks.length === 0) return ['Locks no table.', stop]
  if (contracting.length === 0) {
    return [
      `Locks ${locks.join(', ')} against all requests for milliseconds: no row is read or written. It waits for running transactions, at most half a second at a time.`,
      stop,
    ]
  }
  const tables = locks.map((table) => counted(dryRun, table)).join(', ')
  return [`Locks all tables against all requests until it is done: ${tables}.`, stop]
}

function whatToStop({ name, lowestVersion }: PlannedMigration): string {
  const processes = lowestVersion === undefined ? 'all processes' : `processes of versions before ${lowestVersion}`
  return `Stop ${processes} first: they may fail after ${name}.`
}

function counted({ kind, rows }: DryRun, table: string): string {
  return `${table} (${kind === 'postgres' ? 'about ' : ''}${rows.get(table) ?? 0} rows)`
}

/** The same for programs. */
export function dryRunJson({ isNew, pending, newer, locks, rows }: DryRun): object {
  return {
    is_new: isNew,
    pending: pending.map(({ name, expands, lowestVersion = null, steps, indexes }) => ({
      name,
      expands,
      lowest_version: lowestVersion,
      steps,
      indexes: indexes.map((index) => ({ name: index.name, table: index.table, rows: rows.get(index.table) ?? 0 })),
    })),
    newer,
    locks: locks.map((table) => ({ table, rows: rows.get(table) ?? 0 })),
  }
}
