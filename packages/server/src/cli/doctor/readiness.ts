/** What `/readyz` says: whether the server would serve, and what keeps it from that. */
import { type DatabaseProblem, problemSentences } from '../../store/database-problem.ts'
import { type Finding, notesOf, shown } from './finding.ts'
import { jsonIn, type ProbeResponse } from './probe.ts'

const notes = notesOf('readiness')

/** The fixes for reasons that are no problem of the database. */
const otherFixes: ReadonlyMap<unknown, string> = new Map([
  [
    'clock_differs',
    'The clock of its machine is far from that of PostgreSQL. Synchronize both by NTP: timedatectl set-ntp true',
  ],
  ['failed', 'The log of the server has the error.'],
])

/** `response`: `undefined` when there was none, although the server responds to other requests. */
export function checkReadiness(response: ProbeResponse | undefined): readonly Finding[] {
  if (response === undefined) return [notes.skipped(unknownSince('gets no response'))]
  const { status, reason } = jsonIn(response) ?? {}
  if (response.status === 200 && status === 'ok')
    return [notes.ok('The server is ready: its database keeps what is written.')]
  if (response.status !== 503) return [notes.skipped(unknownSince(`has status ${response.status}`))]
  if (status !== 'unavailable') {
    return [
      notes.problem('GET /readyz has status 503 without a reason.', 'See the logs of the proxy and of the server.'),
    ]
  }
  if (reason === 'stopping') {
    return [notes.warning('The server is being stopped.', 'Run it again when another one is started.')]
  }
  return [notes.problem(`The server is not ready: ${shown(reason)}.`, fixOf(reason))]
}

function unknownSince(what: string): string {
  return `Whether the server is ready: GET /readyz ${what}, as where a proxy keeps it from the public.`
}

function fixOf(reason: unknown): string {
  return isDatabaseProblem(reason) ? problemSentences[reason] : (otherFixes.get(reason) ?? 'See the log of the server.')
}

function isDatabaseProblem(reason: unknown): reason is DatabaseProblem {
  return typeof reason === 'string' && Object.hasOwn(problemSentences, reason)
}
