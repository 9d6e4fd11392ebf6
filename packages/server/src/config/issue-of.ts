/** Lets Zod use our own checks, whose sentences follow the name of what they are about. */
import type { z } from 'zod'

/** For `superRefine`: what `check` says is wrong with a value is its issue. */
export function issueOf<Value>(
  check: (value: Value) => string | undefined,
): (value: Value, context: z.RefinementCtx) => void {
  return (value, context) => {
    const problem = check(value)
    if (problem !== undefined) context.addIssue(problem)
  }
}
