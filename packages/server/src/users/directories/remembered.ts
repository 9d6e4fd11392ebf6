/** Keeps what was loaded once. */

/** A failure is not kept: the next call loads again. */
export function remembered<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let known: Promise<Value> | undefined
  return () => {
    known ??= load().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
}
