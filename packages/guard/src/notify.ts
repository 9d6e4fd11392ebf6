/** Tells a listener of the application something, so that nothing it does can change what the guard decided. */

/** Neither throws nor leaves a rejection behind: a logger that fails must not open a door, nor end a process. */
export function notify<Fact>(listener: ((fact: Fact) => unknown) | undefined, fact: Fact): void {
  try {
    const outcome = listener?.(fact)
    if (outcome instanceof Promise) outcome.catch(ignore)
  } catch (error) {
    ignore(error)
  }
}

function ignore(_error: unknown): void {}
