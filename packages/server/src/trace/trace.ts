/** The steps of one request, with the names that readers of the tutorial know. */

/** Short, redacted facts about a step: never a password, hash, token or secret, or a part of one. */
export type Facts = Readonly<Record<string, string | number | boolean>>

export interface Step {
  readonly name: string
  /** Milliseconds after the request arrived. */
  readonly startedMs: number
  /** Milliseconds. */
  readonly durationMs: number
  readonly outcome: 'ok' | 'failed'
  readonly facts: Facts
}

export interface Trace {
  /** `performance.now()` when the request arrived. */
  readonly startedMs: number
  readonly steps: Step[]
}

/** What the trace records of a failed check. */
export interface Rejection {
  readonly reason: string
  readonly expected?: string | undefined
  readonly received?: string | undefined
}

export function startTrace(): Trace {
  return { startedMs: performance.now(), steps: [] }
}

/**
 * Runs one step and records its outcome. `facts` describes the result of a step that succeeds. A step that throws is recorded as
 * failed, with the reason of the rejection, and throws again.
 */
export function step<Result>(
  trace: Trace,
  name: string,
  run: () => Result | Promise<Result>,
  facts?: (result: Result) => Facts,
): Result | Promise<Result> {
  const startedAt = performance.now()
  const succeed = (result: Result): Result => {
    addStep(trace, name, startedAt, 'ok', facts ? facts(result) : noFacts)
    return result
  }
  const fail = (error: unknown): never => {
    addStep(trace, name, startedAt, 'failed', rejectionFacts(error))
    throw error
  }
  try {
    const result = run()
    return result instanceof Promise ? result.then(succeed, fail) : succeed(result)
  } catch (error) {
    return fail(error)
  }
}

/** Records a rejection that no step has recorded, such as a missing scope. */
export function recordRejection(trace: Trace, rejection: Rejection): void {
  if (trace.steps.some((step) => step.outcome === 'failed')) return
  addStep(trace, 'reject', performance.now(), 'failed', rejectionFacts(rejection))
}

const noFacts: Facts = {}

function addStep(trace: Trace, name: string, startedAt: number, outcome: Step['outcome'], facts: Facts): void {
  trace.steps.push({
    name,
    startedMs: startedAt - trace.startedMs,
    durationMs: performance.now() - startedAt,
    outcome,
    facts,
  })
}

function rejectionFacts(error: unknown): Facts {
  if (!isRejection(error)) return { reason: 'internal_error' }
  const { reason, expected, received } = error
  return {
    reason,
    ...(expected !== undefined && { expected: shortened(expected) }),
    ...(received !== undefined && { received: shortened(received) }),
  }
}

/** A whole client id. A header may have 32 KiB, and the traces of a flood must not fill the disk. */
const maxFactLength = 512

function shortened(text: string): string {
  return text.length <= maxFactLength ? text : `${text.slice(0, maxFactLength - 3)}...`
}

function isRejection(error: unknown): error is Rejection {
  return typeof error === 'object' && error !== null && 'reason' in error && typeof error.reason === 'string'
}
