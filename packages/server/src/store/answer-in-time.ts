/** How long an answer of PostgreSQL is waited for. It has limits of its own for a statement: this one is for a server that no longer answers. */
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
 * What `ask` resolves with. After a time in which the process stood still, such as while its virtual machine was moved, timers run before
 * what has arrived meanwhile is read: an answer that is there counts, or the outcome of a COMMIT would not be known.
 * @throws DatabaseSilent after `limitMs`
 */
export function answerInTime<Result>(limitMs: number, ask: () => Promise<Result>): Promise<Result> {
  return withinTime<Result, never>(limitMs, ask, async () => {
    await setImmediate()
    throw new DatabaseSilent()
  })
}
