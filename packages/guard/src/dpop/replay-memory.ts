/** Remembers used proofs (RFC 9449 §11.1), each until it is too old to pass, and a bounded number of them. */
import type { GuardRequest } from '../guard-request.ts'

/** Where used proofs are remembered. Provide your own when several processes serve one API. */
export interface ReplayMemory {
  /**
   * Remembers `key` until `expiresAt` (seconds since the epoch), and returns whether it was already remembered. Must be atomic: of
   * two simultaneous requests, only one gets `false`. In Redis: `SET key 1 NX EXAT expiresAt`, where a null reply means seen.
   *
   * @param key 43 characters of base64url, derived from the client's key and the proof's id
   * @returns only `false` lets the request pass
   * @throws any error when it cannot decide: the response is 503, and `onReject` receives the error as `cause`
   */
  readonly seen: (key: string, expiresAt: number) => boolean | Promise<boolean>
}

/** The keys that expire in the same second. */
interface Slice {
  readonly expiresAt: number
  readonly keys: string[]
}

/**
 * The memory of this process. It throws when it is full: if it forgot a proof, that proof could pass again.
 *
 * @param capacity the maximum number of remembered proofs
 * @param lifetime how long a proof can pass, in seconds: each is remembered that long after its first use
 * @param now seconds since the epoch
 */
export function createReplayMemory(capacity: number, lifetime: number, now: () => number): ReplayMemory {
  const known = new Set<string>()
  // Ordered by expiry, since each key is kept for the same time. At most one slice per second of the lifetime.
  const slices: Slice[] = []
  /** Proofs that expired before this time are forgotten. */
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
      // RFC 9449 §11.1: a proof that may have been used is rejected. Also when the time is not a number.
      if (!(time > forgottenUntil)) throw new Error('the clock was set back: used proofs of that time are forgotten')
      if (known.size >= capacity) throw new Error(`${capacity} proofs are remembered: increase dpop.replaySize`)
      known.add(key)
      const expiresAt = time + lifetime
      const last = slices.at(-1)
      // Keeps the order when the clock was set back: the key is then kept a little longer.
      if (last !== undefined && last.expiresAt >= expiresAt) last.keys.push(key)
      else slices.push({ expiresAt, keys: [key] })
      return false
    },
  }
}

/** Whether no other request used the proof with that key. Several checks of one request count as one use. */
export type IsFirstUse = (request: GuardRequest, key: string, expiresAt: number) => Promise<boolean>

interface Use {
  readonly key: string
  readonly isFirst: Promise<boolean>
}

/** A request may be checked several times, by its router and by its route. */
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

/** Only `false` means unseen: an application's own memory may return anything. */
async function remember(replay: ReplayMemory, key: string, expiresAt: number): Promise<boolean> {
  return (await replay.seen(key, expiresAt)) === false
}
