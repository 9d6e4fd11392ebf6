/** Lets one piece of work at a time at what is stored under a key. */

/** Does the work once all work that was given before for that key has ended, however it ended. */
export type InTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** Not to be nested: work that waits for work under the same key never ends. */
export function createTurns(): InTurn {
  /** The end of the last work, by key: as many as there are keys, which are few. */
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
