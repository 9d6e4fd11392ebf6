/** Session stores of a test: in memory, with calls that a test can delay or make fail. */
import type { SessionStore } from '../../src/server/index.ts'

export interface TestStore extends SessionStore {
  readonly kept: Map<string, string>
  /** The sessions in it, without the marks of those that have ended. */
  readonly sessions: () => readonly string[]
}

/** @param before runs before each call, which throws what it throws */
export function createStore(before: (call: 'get' | 'set' | 'remove', id: string) => unknown = () => {}): TestStore {
  const kept = new Map<string, string>()
  return {
    kept,
    sessions: () => [...kept.values()].filter((text) => text !== 'ended'),
    get: async (id) => {
      await before('get', id)
      return kept.get(id)
    },
    set: async (id, text) => {
      await before('set', id)
      kept.set(id, text)
    },
    remove: async (id) => {
      await before('remove', id)
      kept.delete(id)
    },
  }
}
