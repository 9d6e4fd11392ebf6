/** Where a client keeps its tokens and the log-ins that are under way. */
import { createTurns, type InTurn } from './in-turn.ts'

/** Texts by key. Its functions may answer at once or later. */
export interface TokenStorage {
  readonly get: (key: string) => string | undefined | Promise<string | undefined>
  readonly set: (key: string, value: string) => void | Promise<void>
  readonly remove: (key: string) => void | Promise<void>
  /**
   * Does the work while nobody else, in another tab or process, does work under the same key. Without it, only the calls of
   * one client are kept apart.
   */
  readonly lock?: InTurn
}

/** Keeps texts until the process ends or the page is left. */
export function memoryStorage(): TokenStorage {
  const texts = new Map<string, string>()
  return {
    get: (key) => texts.get(key),
    set: (key, value) => void texts.set(key, value),
    remove: (key) => void texts.delete(key),
    lock: createTurns(),
  }
}

/** What `window.sessionStorage` and `window.localStorage` have. */
export interface WebStorageArea {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/**
 * Keeps texts in the browser: `webStorage(sessionStorage)` until the tab is closed, `webStorage(localStorage)` for all tabs and
 * until log-out. Every script of the page's origin can read them. Tabs take turns by Web Locks where the browser has them, which
 * is on https and on loopback.
 */
export function webStorage(area: WebStorageArea): TokenStorage {
  // The part of the Web Locks API that is used; not every runtime's types know it.
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: Locks } }
  const locks = navigator?.locks
  return {
    get: (key) => area.getItem(key) ?? undefined,
    set: (key, value) => area.setItem(key, value),
    remove: (key) => area.removeItem(key),
    ...(locks && { lock: (key, work) => workUnderLock(locks, key, work) }),
  }
}

/** What one tab writes is not in the others yet when it lets a lock go: measured, 20 ms are enough. */
const settlingTimeMs = 100

/** The result is there at once; the lock is kept until other tabs can see what was written. */
function workUnderLock<Result>(locks: Locks, key: string, work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const hold = async () => {
      const result = work()
      resolve(result)
      await result.catch(() => {})
      await new Promise((settled) => setTimeout(settled, settlingTimeMs))
    }
    locks.request(key, hold).catch(reject)
  })
}

/** The same storage, with turns in this process if it has none. */
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
