/** Waits for work, but not longer than a limit. The work itself goes on: what must end uses a signal instead. */

/**
 * What `work` resolves with, or what `late` returns when that takes more than `limitMs` milliseconds. While it waits, the process does not end.
 * @throws what `work` or `late` throws
 */
export async function withinTime<Result, Late>(
  limitMs: number,
  work: () => Promise<Result>,
  late: () => Late | Promise<Late>,
): Promise<Result | Late> {
  const limit = Promise.withResolvers<void>()
  const timer = setTimeout(limit.resolve, limitMs)
  try {
    return await Promise.race([work(), limit.promise.then(late)])
  } finally {
    clearTimeout(timer)
  }
}
