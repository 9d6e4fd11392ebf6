/** A test, or a whole file with `{ after }` of node:test: whatever is started for it is closed after it. */
export interface Scope {
  readonly after: (close: () => unknown) => void
}
