/** Tells a challenge from other errors, without the code of its class. */
import type { Challenge } from './challenge.ts'

/** Registered, so that two copies of this package in one program know each other's challenges, which `instanceof` would not. */
export const challengeBrand: unique symbol = Symbol.for('@countersign/guard/challenge')

/** Whether what was caught is a challenge, whichever copy of this package made it: `if (isChallenge(error)) return error.toResponse()`. */
export function isChallenge(error: unknown): error is Challenge {
  return typeof error === 'object' && error !== null && challengeBrand in error
}
