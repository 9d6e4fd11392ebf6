/** One piece of work at a time for what is stored under a key. */

/** Does the work when all earlier work for the same key has finished, with or without success. */
export type InTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** Do not nest: work that waits for other work under the same key never finishes. */
export function createTurns(): InTurn {
  /** The last work, by key. There are few keys. */
  const ends = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const result = (ends.get(key) ?? Promise.resolve()).then(work)
    ends.set(
      key,
      result.catch(() => {}),
    )
    return await result
  }
}
