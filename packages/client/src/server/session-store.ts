/** Keeps sessions for a web login that wants only an id in the cookie. */

/**
 * What `createWebLogin` takes as `session`: three functions over texts, of a table, Redis or the like. The texts are sealed: who reads the store has no
 * tokens of it. An id has at most 49 characters, of letters, digits, `-`, `_` and `:`. What one process has set, all must get from then on.
 */
export interface SessionStore {
  /** The text, or nothing when there is none or it has ended. */
  readonly get: (id: string) => string | undefined | null | Promise<string | undefined | null>
  /** Keeps the text for `lifetime` seconds. */
  readonly set: (id: string, text: string, lifetime: number) => unknown
  /** Forgets it; an id that is not there is no error. */
  readonly remove: (id: string) => unknown
}
