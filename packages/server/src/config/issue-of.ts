/** Lets Zod use our own checks, which return the words that follow the name of the value. */
import type { z } from 'zod'

/** For `superRefine`: the problem that `check` finds is the issue. */
export function issueOf<Value>(
  check: (value: Value) => string | undefined,
): (value: Value, context: z.RefinementCtx) => void {
  return (value, context) => {
    const problem = check(value)
    if (problem !== undefined) context.addIssue(problem)
  }
}
