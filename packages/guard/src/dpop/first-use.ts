/** Lets each proof pass with one request (RFC 9449 §11.1), which may be checked several times: by its router, and again by its route. */
import type { GuardRequest } from '../guard-request.ts'
import type { ReplayMemory } from './replay-memory.ts'

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
