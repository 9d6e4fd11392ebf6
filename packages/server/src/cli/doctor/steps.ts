/** Runs checks one after the other, and shows how far they are. */
import { StoreError } from '../../store/errors.ts'
import { PageError } from '../../user-agent/user-agent.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { type Finding, notesOf } from './finding.ts'
import { Unreachable } from './probe.ts'

export interface Step {
  /** The name of the check. */
  readonly name: string
  readonly run: () => Promise<readonly Finding[]>
}

/** A check that gets no answer is a problem, and the others go on. */
export async function runSteps(task: string, steps: readonly Step[]): Promise<readonly Finding[]> {
  const bar = createProgressBar()
  const findings: Finding[] = []
  try {
    for (const [done, { name, run }] of steps.entries()) {
      bar.show({ task: `${task}: ${name}`, fraction: done / steps.length, done, unit: `of ${steps.length} checks` })
      findings.push(...(await run().catch((error: unknown) => [unanswered(name, error)])))
    }
  } finally {
    bar.end()
  }
  return findings
}

/** @throws the error again when it is our bug */
function unanswered(name: string, error: unknown): Finding {
  const notes = notesOf(name)
  if (error instanceof Unreachable) {
    return notes.problem(`There is no response: ${error.message}.`, 'Check the proxy and the server, and run it again.')
  }
  if (error instanceof PageError) {
    return notes.problem(
      `A page is not one of Countersign: ${error.message}`,
      'Let the proxy pass on pages and redirects unchanged.',
    )
  }
  if (error instanceof StoreError) return notes.problem(error.message, 'See the message.')
  throw error
}
