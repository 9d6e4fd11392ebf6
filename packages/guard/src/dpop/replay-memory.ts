/** Remembers which proofs were used (RFC 9449 §11.1): each until it is too old to pass, and no more of them than fit. */

import type { GuardRequest } from '../guard-request.ts'

/** Where used proofs are remembered. Give one of your own when several processes serve one API. */
export interface ReplayMemory {
  /**
   * Remembers `key` until `expiresAt` (seconds since the epoch), and answers whether it was remembered already: in one step, so
   * that of two requests at once only one is answered `false`. In Redis: `SET key 1 NX EXAT expiresAt`, where no answer means seen.
   *
   * @param key 43 characters of base64url, which stand for the client's key and the proof's id
   * @returns `false` and nothing else lets the request pass
   * @throws whatever keeps it from telling: the request is answered 503, and `onReject` is given the cause
   */
  readonly seen: (key: string, expiresAt: number) => boolean | Promise<boolean>
}

/** What expires within the same second. */
interface Slice {
  readonly expiresAt: number
  readonly keys: string[]
}

/**
 * A memory of this process alone. It throws when nothing more fits, since forgetting one proof for another would let that one pass again.
 *
 * @param capacity the most proofs that are remembered
 * @param lifetime how long a proof can pass, in seconds: each is remembered for so long from its first use
 * @param now seconds since the epoch
 */
export function createReplayMemory(capacity: number, lifetime: number, now: () => number): ReplayMemory {
  const known = new Set<string>()
  // In the order in which they expire, as each is kept for the same time. At most one slice for each second of the lifetime.
  const slices: Slice[] = []
  /** By this time, what was used could pass again: it is forgotten. */
  let forgottenUntil = Number.NEGATIVE_INFINITY

  function forgetExpired(time: number): void {
    for (let slice = slices[0]; slice !== undefined && slice.expiresAt < time; slice = slices[0]) {
      for (const key of slice.keys) known.delete(key)
      forgottenUntil = slice.expiresAt
      slices.shift()
    }
  }

  return {
    seen: (key) => {
      const time = Math.floor(now())
      forgetExpired(time)
      if (known.has(key)) return true
      // RFC 9449 §11.1: what can not be told to be new is refused. Also while the time is not a number.
      if (!(time > forgottenUntil)) throw new Error('the clock was set back to when used proofs were forgotten already')
      if (known.size >= capacity) throw new Error(`${capacity} proofs are remembered: give dpop.replaySize more`)
      known.add(key)
      const expiresAt = time + lifetime
      const last = slices.at(-1)
      // A clock that was set back does not break the order: what is added then is kept a little longer.
      if (last !== undefined && last.expiresAt >= expiresAt) last.keys.push(key)
      else slices.push({ expiresAt, keys: [key] })
      return false
    },
  }
}

/** Whether the proof of that key was used by no other request. The times are the memory's. */
export type IsFirstUse = (request: GuardRequest, key: string, expiresAt: number) => Promise<boolean>

interface Use {
  readonly key: string
  readonly isFirst: Promise<boolean>
}

export function createFirstUse(replay: ReplayMemory): IsFirstUse {
  const uses = new WeakMap<object, Use>()
  return (request, key, expiresAt) => {
    const original = request.viewOf ?? request
    const earlier = uses.get(original)
    if (earlier?.key === key) return earlier.isFirst
    const isFirst = remember(replay, key, expiresAt)
    uses.set(original, { key, isFirst })
    return isFirst
  }
}

/** Nothing but `false` says that it was not seen: a memory of the application's own may answer anything. */
async function remember(replay: ReplayMemory, key: string, expiresAt: number): Promise<boolean> {
  return (await replay.seen(key, expiresAt)) === false
}
