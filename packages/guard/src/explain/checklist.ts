/** Notes the outcome of each check, and goes on after one that failed. */
import { TokenRejection } from '../token-rejection.ts'
import type { Check, CheckName, SkipReason } from './explanation.ts'

/** What a check tells when it passes. Without `expected` there is no setting to compare with: it counts as skipped then. */
export interface Facts {
  readonly expected?: string
  readonly received: string
}

/** The checks so far, in order. */
export interface Checklist {
  readonly checks: readonly Check[]
  readonly add: (check: Check) => void
  /** Notes that a check was not made. */
  readonly skip: (check: CheckName, reason: SkipReason, received?: string) => undefined
  /**
   * Runs a check of the verifier. Answers its result, or `undefined` when it failed.
   * @throws whatever is not a `TokenRejection`
   */
  readonly run: <Result>(
    check: CheckName,
    facts: Facts,
    verify: () => Result | Promise<Result>,
  ) => Promise<Result | undefined>
}

export function createChecklist(): Checklist {
  const checks: Check[] = []

  function skip(check: CheckName, reason: SkipReason, received?: string): undefined {
    checks.push({ check, outcome: 'skipped', reason, ...(received !== undefined && { received }) })
  }

  return {
    checks,
    add: (check) => {
      checks.push(check)
    },
    skip,
    run: async (check, { expected, received }, verify) => {
      try {
        const result = await verify()
        if (expected === undefined) skip(check, 'not_set', received)
        else checks.push({ check, outcome: 'passed', expected, received })
        return result
      } catch (error) {
        checks.push(describeFailure(check, error))
        return undefined
      }
    },
  }
}

function describeFailure(check: CheckName, error: unknown): Check {
  if (!(error instanceof TokenRejection)) throw error
  const { reason, expected, received } = error
  return {
    check,
    outcome: 'failed',
    reason,
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
  }
}
