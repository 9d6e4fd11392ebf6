/** Runs checks, and shows how far they are. */
import { problemOf, problemSentences } from '../../store/database-problem.ts'
import { StoreError } from '../../store/errors.ts'
import { redacted } from '../../trace/redact.ts'
import { PageError } from '../../user-agent/user-agent.ts'
import { withinTime } from '../../within-time.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { type Finding, notesOf } from './finding.ts'
import { Unreachable } from './probe.ts'

export interface Step {
  /** The name of the check. */
  readonly name: string
  readonly run: () => Promise<readonly Finding[]>
}

export interface Timetable {
  /** Whether all begin at once, so that a server that is far away is waited for only as long as by the longest check. @default false */
  readonly atOnce?: boolean
  /** `performance.now()` at which nothing is waited for any more. @default in a minute */
  readonly endMs?: number
}

/** A check that gets no response is a problem, and the others go on. The findings are in the order of the steps. */
export async function runSteps(
  task: string,
  steps: readonly Step[],
  { atOnce = false, endMs = performance.now() + 60_000 }: Timetable = {},
): Promise<readonly Finding[]> {
  const bar = createProgressBar()
  let done = 0
  const show = (name: string) =>
    bar.show({ task: `${task}: ${name}`, fraction: done / steps.length, done, unit: `of ${steps.length} checks` })
  const perform = async (step: Step) => {
    show(step.name)
    const findings = await performInTime(step, endMs)
    done++
    show(step.name)
    return findings
  }
  try {
    if (atOnce) return (await Promise.all(steps.map(perform))).flat()
    const findings: Finding[] = []
    for (const step of steps) findings.push(...(await perform(step)))
    return findings
  } finally {
    bar.end()
  }
}

async function performInTime({ name, run }: Step, endMs: number): Promise<readonly Finding[]> {
  const leftMs = endMs - performance.now()
  const notes = notesOf(name)
  // A timer leaves out the fraction of a millisecond, and may end one earlier.
  if (leftMs < 2) return [notes.skipped('There was no time left for it: other checks have waited for responses.')]
  const work = () => run().catch((error: unknown) => [unanswered(name, error)])
  const fix = 'Check what it waits for, such as the proxy, the server, the database or the network, and run it again.'
  return await withinTime(leftMs, work, () => [notes.problem('It was given up: responses take too long.', fix)])
}

/** @throws the error again when it is our bug */
function unanswered(name: string, error: unknown): Finding {
  const notes = notesOf(name)
  if (error instanceof Unreachable) {
    return notes.problem(`There is no response: ${error.message}.`, 'Check the proxy and the server, and run it again.')
  }
  if (error instanceof PageError) {
    // The other lines are the page.
    const [reason = ''] = error.message.split('\n', 1)
    return notes.problem(
      `A page is not one of Countersign: ${redacted(reason)}`,
      'Let the proxy pass on pages and redirects unchanged.',
    )
  }
  const found = databaseProblemOf(error)
  if (found === undefined) throw error
  return notes.problem(found.message, found.fix)
}

/** What an error of the database means; `undefined` for any other error. */
export function databaseProblemOf(error: unknown): { readonly message: string; readonly fix: string } | undefined {
  if (error instanceof StoreError) return { message: error.message, fix: 'See the message.' }
  const problem = problemOf(error)
  if (!(error instanceof Error)) return undefined
  if (problem !== undefined && problem !== 'forbidden') {
    return { message: `The database is not available: ${error.message}.`, fix: problemSentences[problem] }
  }
  if (!('severity' in error || 'errcode' in error)) return undefined
  const fix = 'Check the rights of the user in DATABASE_URL, and that countersign migrate has been run as its owner.'
  return { message: `The database rejects a query: ${error.message}.`, fix }
}
