/** Makes a part of a guard when a check first needs it, and tries again after a failure. */
import { TokenRejection } from './token-rejection.ts'

/**
 * Returns a function that returns the part: a promise at first, directly once it is made. Concurrent checks share one promise.
 * When `make` fails, they are rejected with `verification_failed`, and the next check calls it again.
 *
 * @param expected the rejection's `expected`
 */
export function lazily<Part>(expected: string, make: () => Promise<Part>): () => Part | Promise<Part> {
  let part: Part | undefined
  let making: Promise<Part> | undefined

  function keep(made: Part): Part {
    part = made
    return made
  }

  function forget(cause: unknown): never {
    making = undefined
    throw new TokenRejection('verification_failed', { expected, cause })
  }

  return () => {
    making ??= make().then(keep, forget)
    return part ?? making
  }
}
