/**
 * Transactions of one process on SQLite that share a commit: the disk takes as long to keep many as to keep one, and nothing
 * else of the process goes on meanwhile. Each is undone alone when it fails; none is answered before the disk has kept it.
 */
import { CompiledQuery, type Kysely } from 'kysely'
import type { Transact } from './connection.ts'
import type { Schema } from './schema.ts'

/** So that reading requests does not wait long. */
const largestGroup = 100

const savepoint = CompiledQuery.raw('savepoint one')
const rollbackTo = CompiledQuery.raw('rollback to one')
const release = CompiledQuery.raw('release one')

interface Waiting {
  /** Does the work. Answers what tells its outcome, once that is kept. */
  readonly run: (inside: Kysely<Schema>) => Promise<() => void>
  readonly fail: (error: unknown) => void
}

/** Runs transactions on `db`: those that are asked for within one turn of the event loop are one. */
export function groupCommits(db: Kysely<Schema>): Transact {
  const waiting: Waiting[] = []
  let isBegun = false

  async function commitAll(): Promise<void> {
    while (waiting.length > 0) await commit(db, waiting.splice(0, largestGroup))
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
    const outcomes = await db.transaction().execute(async (inside) => {
      const tellers: (() => void)[] = []
      for (const { run } of group) tellers.push(await run(inside))
      return tellers
    })
    for (const tell of outcomes) tell()
  } catch (error) {
    // It did not begin, or could not be kept: none of them has happened.
    for (const { fail } of group) fail(error)
  }
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown }

/** @throws what the work threw, when SQLite could not undo that alone */
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
