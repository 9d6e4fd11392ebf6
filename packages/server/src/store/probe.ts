/** Whether the database keeps a write now: on the disk, before this returns. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import { withinTime } from '../within-time.ts'
import type { Connection } from './connection.ts'
import { type DatabaseProblem, problemOf } from './database-problem.ts'
import { type Placeholders, statement } from './statement.ts'

/** A database that is slower would keep requests waiting for as long. */
const deadlineMs = 2000

interface Row {
  readonly key: string
  readonly now: number
}

/** Both databases write and sync a row that the same transaction removes again. */
const add = statement('probe.add', (db, p: Placeholders<Row>) =>
  db.insertInto('throttle').values({ key: p.key, failures: 0, window_ends_at: p.now }),
)
const remove = statement('probe.remove', (db, p: Placeholders<Row>) =>
  db.deleteFrom('throttle').where('key', '=', p.key),
)

const unfinishedMoves = statement('probe.moves', (db) => ({
  compile: () =>
    sql<object>`select id from countersign_moves where role = 'source' and finished_at is null`.compile(db),
}))

/**
 * Returns what is wrong, at the latest after 2 seconds; `undefined` when a write was kept. `key` is this process's own, so that processes
 * do not wait for one another. @throws an error that says nothing about the database's availability, such as a missing right
 */
export async function probe(connection: Connection, key: string, now: number): Promise<DatabaseProblem | undefined> {
  // When the process was suspended, the timer runs before the write begins. SQLite responds in one turn, unless another program has its lock.
  const late = async () => {
    await nextTurn()
    return connection.kind === 'sqlite' ? 'locked' : 'no_response'
  }
  const found = await withinTime(deadlineMs, () => write(connection, { key, now }), late)
  return found === 'locked' && (await isBeingMoved(connection)) ? 'being_moved' : found
}

/** Reads go on while a move has locked the database against writes. */
async function isBeingMoved(connection: Connection): Promise<boolean> {
  return (
    (
      await withinTime(
        deadlineMs,
        () => readMoves(connection),
        () => [],
      )
    ).length > 0
  )
}

async function readMoves({ read }: Connection): Promise<readonly object[]> {
  try {
    return await read(unfinishedMoves, {})
  } catch {
    // It is locked for reads, too.
    return []
  }
}

async function write(connection: Connection, row: Row): Promise<DatabaseProblem | undefined> {
  try {
    return await connection.probe([add, remove], row)
  } catch (error) {
    const problem = problemOf(error)
    if (problem === undefined) throw error
    return problem
  }
}
