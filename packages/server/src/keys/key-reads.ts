/** When the keys in the database are read again. Reads never overlap, so that a flood of requests costs one at a time. */
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../environment.ts'
import { DatabaseIsOther } from '../store/database-is-other.ts'
import { isOutage } from '../store/errors.ts'
import { KeysUnusable } from '../store/keys-unusable.ts'

export interface KeyReads {
  /** Reads now: what is in the database at the time of the call, or later. */
  readonly readNow: () => Promise<void>
  /** `undefined` when the last read began at most `maxAge` seconds ago. Otherwise reads; without the database, the keys stay as they are. @throws DatabaseIsOther, KeysUnusable */
  readonly readIfOlder: (maxAge: number) => Promise<void> | undefined
}

/** The keys have just been read. */
export function createKeyReads(read: () => Promise<void>, now: Clock): KeyReads {
  let begunAt = now()
  let running: Promise<void> | undefined
  let following: Promise<void> | undefined

  function begin(): Promise<void> {
    begunAt = now()
    // SQLite's reads of one turn of the event loop see one state of the database (`store/sqlite-reader.ts`). This one begins a new one.
    running = setImmediate()
      .then(read)
      .catch((error) => {
        // Nothing signs or verifies meanwhile with the keys from before, of which one may have been revoked: each request looks again.
        if (areUnusable(error)) begunAt = Number.NEGATIVE_INFINITY
        throw error
      })
      .finally(() => {
        running = undefined
      })
    return running
  }

  function readNow(): Promise<void> {
    if (!running) return begin()
    following ??= running.then(ignore, ignore).then(() => {
      following = undefined
      return readNow()
    })
    return following
  }

  return {
    readNow,
    readIfOlder: (maxAge) => {
      const age = now() - begunAt
      const isYoung = age >= 0 && age < maxAge
      // A request that comes while the keys are read waits for them.
      if (isYoung) return running?.catch(requireOutage)
      return readNow().catch(requireOutage)
    },
  }
}

function ignore(): void {}

/** What needs the database fails by itself, but not where the database answers with other keys, or none. */
function requireOutage(error: unknown): void {
  if (areUnusable(error) || !isOutage(error)) throw error
}

/** @internal */
export function areUnusable(error: unknown): boolean {
  return error instanceof DatabaseIsOther || error instanceof KeysUnusable
}
