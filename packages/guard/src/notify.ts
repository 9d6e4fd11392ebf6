/** Tells a listener of the application something, so that nothing it does can change what the guard decided. */

/** Neither throws nor leaves a rejection behind: a logger that fails must not open a door, nor end a process. */
export function notify<Fact>(listener: ((fact: Fact) => unknown) | undefined, fact: Fact): void {
  try {
    // Whatever it is: a promise of another realm is no instance of this one's.
    Promise.resolve(listener?.(fact)).catch(ignore)
  } catch (error) {
    ignore(error)
  }
}

function ignore(_error: unknown): void {}
