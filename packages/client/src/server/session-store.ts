/** Stores sessions for a web login that has only an id in the cookie. */

/**
 * What `createWebLogin` takes as `session`: three functions that store strings, for example in a table or in Redis. The strings are sealed:
 * reading the store reveals no tokens. An id has at most 49 characters: letters, digits, `-`, `_` and `:`. What one process sets, all
 * processes must get from then on.
 */
export interface SessionStore {
  /** The string, or nothing when there is none or it has expired. */
  readonly get: (id: string) => string | undefined | null | Promise<string | undefined | null>
  /** Stores the string for `lifetime` seconds. */
  readonly set: (id: string, text: string, lifetime: number) => unknown
  /** Removes the string; an unknown id is not an error. */
  readonly remove: (id: string) => unknown
}
