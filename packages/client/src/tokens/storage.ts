/** Where a client keeps its tokens, and the logins that have begun. */
import { createTurns, type InTurn } from './in-turn.ts'

/** Stores strings by key. Its functions may return a value or a promise. */
export interface TokenStorage {
  readonly get: (key: string) => string | undefined | Promise<string | undefined>
  readonly set: (key: string, value: string) => void | Promise<void>
  readonly remove: (key: string) => void | Promise<void>
  /**
   * Does the work while no other tab or process does work under the same key. Without it, only the calls of one client take turns.
   */
  readonly lock?: InTurn
}

/** Keeps strings until the process ends or the user leaves the page. */
export function memoryStorage(): TokenStorage {
  const texts = new Map<string, string>()
  return {
    get: (key) => texts.get(key),
    set: (key, value) => void texts.set(key, value),
    remove: (key) => void texts.delete(key),
    lock: createTurns(),
  }
}

/** The parts of `window.sessionStorage` and `window.localStorage` that are used. */
export interface WebStorageArea {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/**
 * Keeps strings in the browser: `webStorage(sessionStorage)` until the tab is closed, `webStorage(localStorage)` for all tabs and
 * until logout. Every script of the page's origin can read them. Tabs take turns with Web Locks where the browser has them: on https
 * and on loopback.
 */
export function webStorage(area: WebStorageArea): TokenStorage {
  // The part of the Web Locks API that is used. The types of some runtimes do not have it.
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: Locks } }
  const locks = navigator?.locks
  return {
    get: (key) => area.getItem(key) ?? undefined,
    set: (key, value) => area.setItem(key, value),
    remove: (key) => area.removeItem(key),
    ...(locks && { lock: (key, work) => workUnderLock(locks, key, work) }),
  }
}

/** When a tab releases a lock, other tabs may not see yet what it wrote. Measured: they do after 20 ms. */
const settlingTimeMs = 100

/** Returns the result at once, but keeps the lock until other tabs can see what was written. */
function workUnderLock<Result>(locks: Locks, key: string, work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const request = locks.request(key, async () => {
      const result = work()
      resolve(result)
      await result.catch(() => {})
      await new Promise((settled) => setTimeout(settled, settlingTimeMs))
    })
    request.catch(reject)
  })
}

/** The same storage, with turns in this process if it has no lock. */
export function withTurns(storage: TokenStorage): Required<TokenStorage> {
  const inTurn = createTurns()
  return {
    get: (key) => storage.get(key),
    set: (key, value) => storage.set(key, value),
    remove: (key) => storage.remove(key),
    lock: (key, work) => storage.lock?.(key, work) ?? inTurn(key, work),
  }
}

interface Locks {
  request(name: string, work: () => Promise<void>): Promise<void>
}
