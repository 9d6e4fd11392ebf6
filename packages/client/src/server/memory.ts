/** A bounded memory of this process: each value has a lifetime. */

/** Lifetimes are in seconds. */
export interface Memory<Value> {
  /** `undefined` when there is none, or when it has expired. */
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value, lifetime: number) => void
}

const maxEntries = 10_000

/** If there are too many values, the one that was set first is forgotten. `now` returns seconds. */
export function createMemory<Value>(now: () => number): Memory<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>()
  return {
    get: (key) => {
      const entry = entries.get(key)
      return entry !== undefined && now() < entry.until ? entry.value : undefined
    },
    set: (key, value, lifetime) => {
      const time = now()
      for (const [old, { until }] of entries) if (time >= until) entries.delete(old)
      // A key that is set again moves to the end.
      entries.delete(key)
      const [first] = entries.keys()
      if (first !== undefined && entries.size >= maxEntries) entries.delete(first)
      entries.set(key, { value, until: time + lifetime })
    },
  }
}
