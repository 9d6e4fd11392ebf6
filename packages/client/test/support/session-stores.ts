/** Session stores of a test: in memory, and with something to wait for where a test says so. */
import type { SessionStore } from '../../src/server/index.ts'

export interface TestStore extends SessionStore {
  readonly kept: Map<string, string>
  /** The sessions in it, without the marks of those that have ended. */
  readonly sessions: () => readonly string[]
}

/** @param before is awaited before each call does what it does; what it throws, the call throws */
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
