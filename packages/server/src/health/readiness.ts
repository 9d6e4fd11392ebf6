/** Whether this process can serve: the database keeps a write, and has keys that can be used. `/readyz` asks, and housekeeping. */
import type { Clock, Log, Random } from '../environment.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { type DatabaseProblem, problemOf, problemSentences } from '../store/database-problem.ts'
import type { Store } from '../store/open.ts'
import { withinTime } from '../within-time.ts'

/** `failed`: the log has the error. */
export type NotReady = DatabaseProblem | 'failed'

export interface Readiness {
  /** Why the process is not ready; `undefined` when it is. At most a second old. Never rejects, and takes about 2 seconds at most. */
  readonly check: () => Promise<NotReady | undefined>
  /** A request failed because of the database: what was found before it no longer counts as ready. */
  readonly doubt: () => void
}

/** So that a flood of requests costs one write a second. */
const freshMs = 1000
/** For a look at the keys, after a write that the database has kept. */
const deadlineMs = 1000

interface Checked {
  readonly outcome: Promise<NotReady | undefined>
  /** `performance.now()`; `undefined` while it runs. */
  endedMs?: number
}

export function createReadiness(ctx: {
  readonly store: Store
  readonly keys: Pick<KeyRing, 'refresh'>
  readonly now: Clock
  readonly random: Random
  readonly log: Log
}): Readiness {
  const key = `readiness ${ctx.random.id()}`
  let latest: Checked | undefined
  let last: NotReady | undefined

  async function find(): Promise<NotReady | undefined> {
    try {
      const found = await ctx.store.probe(key, Math.floor(ctx.now()))
      return found ?? (await withinTime(deadlineMs, () => keysProblem(ctx.keys), stillUnknown))
    } catch (error) {
      if (last !== 'failed') ctx.log.error({ err: error }, 'the database does not keep a write')
      return 'failed'
    }
  }

  async function check(): Promise<NotReady | undefined> {
    const found = await find()
    if (found !== last) report(ctx.log, found)
    last = found
    return found
  }

  return {
    doubt: () => {
      if (last === undefined && latest?.endedMs !== undefined) latest = undefined
    },
    check: () => {
      if (latest?.endedMs !== undefined && performance.now() - latest.endedMs >= freshMs) latest = undefined
      latest ??= begin(check)
      return latest.outcome
    },
  }
}

async function keysProblem(keys: Pick<KeyRing, 'refresh'>): Promise<DatabaseProblem | undefined> {
  try {
    await keys.refresh()
    return undefined
  } catch (error) {
    const problem = problemOf(error)
    if (problem === undefined) throw error
    return problem
  }
}

/** The database has just kept a write. */
function stillUnknown(): undefined {}

function begin(check: () => Promise<NotReady | undefined>): Checked {
  const checked: Checked = {
    outcome: check().finally(() => {
      checked.endedMs = performance.now()
    }),
  }
  return checked
}

/** Called when it changes. */
function report(log: Log, found: NotReady | undefined): void {
  if (found === undefined) log.info({}, 'ready again')
  else
    log.warn({ reason: found }, `not ready: ${found === 'failed' ? 'see the error before' : problemSentences[found]}`)
}
