/** What a check needs and not all guards have: made when it is first needed, and tried again when that failed. */
import { TokenRejection } from './token-rejection.ts'

/**
 * Answers a function that gives what `make` made, at once from the second time on. Checks that come together wait for the same.
 * While `make` fails, they are refused with `verification_failed`, and the next one begins anew.
 *
 * @param wanted what to tell then
 */
export function lazily<Part>(wanted: string, make: () => Promise<Part>): () => Part | Promise<Part> {
  let part: Part | undefined
  let making: Promise<Part> | undefined

  function keep(made: Part): Part {
    part = made
    return made
  }

  function forget(cause: unknown): never {
    making = undefined
    throw new TokenRejection('verification_failed', { expected: wanted, cause })
  }

  return () => {
    making ??= make().then(keep, forget)
    return part ?? making
  }
}
