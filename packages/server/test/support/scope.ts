/** A test, or a whole file with `{ after }` of node:test: all that is started for it is closed after it. */
export interface Scope {
  readonly after: (close: () => unknown) => void
}
