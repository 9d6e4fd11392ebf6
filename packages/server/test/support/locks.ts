/** Sees that a statement waits for a lock, instead of sleeping and hoping that it does. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { query } from './rows.ts'

/** More turns of the event loop than a statement on SQLite takes that does not wait. */
const turnsOfAStatement = 50

const maxPolls = 500

/**
 * Resolves when a statement of the database at `url` waits for a lock that another connection has. PostgreSQL says so. SQLite has one
 * writer in a process: there, all that can run has run after some turns of the event loop.
 */
export async function untilBlocked(url: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    for (let turn = 0; turn < turnsOfAStatement; turn++) await nextTurn()
    return
  }
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  for (let poll = 0; poll < maxPolls; poll++) {
    if ((await query(url, waiting)).length > 0) return
  }
  throw new Error('no statement waits for a lock')
}
