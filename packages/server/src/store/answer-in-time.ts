/** Limits the wait for a response of PostgreSQL that no longer responds. For slow statements, PostgreSQL has timeouts of its own. */
import { setImmediate } from 'node:timers/promises'
import { withinTime } from '../within-time.ts'

/** PostgreSQL hangs, or the network has lost the connection without a word. */
export class DatabaseSilent extends Error {
  constructor(message = 'PostgreSQL has not answered in time') {
    super(message)
    this.name = 'DatabaseSilent'
  }
}

/**
 * What `ask` resolves with. When the process was suspended, such as while its virtual machine was moved, timers run before it reads what has
 * arrived meanwhile. A response that has arrived counts: otherwise the outcome of a COMMIT would be unknown.
 * @throws DatabaseSilent after `limitMs`
 */
export function answerInTime<Result>(limitMs: number, ask: () => Promise<Result>): Promise<Result> {
  return withinTime<Result, never>(limitMs, ask, async () => {
    await setImmediate()
    throw new DatabaseSilent()
  })
}
