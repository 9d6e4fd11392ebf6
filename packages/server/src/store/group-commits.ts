/**
 * Transactions of one process on SQLite share commits: writing many to the disk takes as long as writing one, and the process
 * waits meanwhile. A transaction that fails is rolled back alone. A transaction resolves only after it is on the disk.
 */
import { CompiledQuery, type Kysely } from 'kysely'
import type { Transact } from './connection.ts'
import type { Schema } from './schema.ts'

/** So that reads do not wait long. */
const maxGroup = 100

const savepoint = CompiledQuery.raw('savepoint one')
const rollbackTo = CompiledQuery.raw('rollback to one')
const release = CompiledQuery.raw('release one')

interface Waiting {
  /** Does the work. Returns what reports the outcome, to be called once the commit is kept. */
  readonly run: (inside: Kysely<Schema>) => Promise<() => void>
  readonly fail: (error: unknown) => void
}

/** Runs transactions on `db`. Those of one turn of the event loop share a commit. */
export function groupCommits(db: Kysely<Schema>): Transact {
  const waiting: Waiting[] = []
  let isBegun = false

  async function commitAll(): Promise<void> {
    while (waiting.length > 0) await commit(db, waiting.splice(0, maxGroup))
    isBegun = false
  }

  return (work) =>
    new Promise((resolve, reject) => {
      const run = async (inside: Kysely<Schema>) => {
        const outcome = await attempt(inside, work)
        return () => ('error' in outcome ? reject(outcome.error) : resolve(outcome.result))
      }
      waiting.push({ run, fail: reject })
      if (isBegun) return
      isBegun = true
      setImmediate(commitAll)
    })
}

/** Never rejects. */
async function commit(db: Kysely<Schema>, group: readonly Waiting[]): Promise<void> {
  try {
    const reports = await db.transaction().execute(async (inside) => {
      const reports: (() => void)[] = []
      for (const { run } of group) reports.push(await run(inside))
      return reports
    })
    for (const report of reports) report()
  } catch (error) {
    // It did not begin or was not kept: nothing of the group happened.
    for (const { fail } of group) fail(error)
  }
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown }

/** @throws what the work threw, when SQLite cannot undo the work alone */
async function attempt<Result>(
  inside: Kysely<Schema>,
  work: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Outcome<Result>> {
  await inside.executeQuery(savepoint)
  try {
    const result = await work(inside)
    await inside.executeQuery(release)
    return { result }
  } catch (error) {
    try {
      await inside.executeQuery(rollbackTo)
      await inside.executeQuery(release)
    } catch {
      // After some failures, such as a full disk, SQLite has undone the whole transaction already.
      throw error
    }
    return { error }
  }
}
