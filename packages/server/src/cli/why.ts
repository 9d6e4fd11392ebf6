/** `countersign why <request-id>`: which check rejected the request, and what the check expected. */
import type { Command } from '@commander-js/extra-typings'
import type { Incident } from '../domain/incident.ts'
import { explain } from '../oauth/reasons.ts'
import type { StoredTrace } from '../store/traces.ts'
import { formatTrace } from '../trace/format.ts'
import { CommandError } from './command-error.ts'
import { formatIncident, incidentJson } from './format-incident.ts'
import { withExamples } from './help.ts'
import { print, printJson } from './terminal/print.ts'
import { time } from './time.ts'
import { withStore } from './with-store.ts'

export function defineWhy(command: Command): void {
  const defined = command
    .description(
      'Shows which check a rejected request failed, and what the check expected. Rejections are kept for 7 days.',
    )
    .argument('<request-id>', "the response's x-request-id header")
    .option('--json', 'print JSON')
    .action((requestId, { json = false }) => why(requestId, json))
  withExamples(defined, [
    'countersign why 3d7c9fb2-4c6a-4c3d-9a55-0d6d3d1c2f8e',
    'countersign why 3d7c9fb2-4c6a-4c3d-9a55-0d6d3d1c2f8e --json | jq -r .reason',
  ])
}

function why(requestId: string, isJson: boolean): Promise<void> {
  return withStore(async (store) => {
    const [trace, incident] = [await store.traces.find(requestId), await store.incidents.find(requestId)]
    if (!trace && !incident) {
      throw new CommandError('No rejected request with this id is stored. Only rejections are stored, for 7 days.')
    }
    if (isJson) return printJson(whyJson(requestId, trace, incident))
    if (trace) printTrace(trace)
    if (incident) print(`${trace ? '\n' : ''}${formatIncident(incident)}`)
  })
}

function printTrace(trace: StoredTrace): void {
  print(time(trace.happenedAt))
  print(formatTrace(trace))
  const entry = explain(trace.reason)
  if (entry) print(`\n${trace.reason}: ${entry.happened}\nWhat to do: ${entry.remedy}`)
}

/** The trace is written a moment after the incident: each of them can be stored without the other. */
function whyJson(requestId: string, trace: StoredTrace | undefined, incident: Incident | undefined): object {
  return {
    request_id: requestId,
    ...(trace && traceJson(trace)),
    incident: incident ? incidentJson(incident) : null,
  }
}

function traceJson({ happenedAt, method, path, status, reason, steps }: StoredTrace): object {
  const entry = explain(reason)
  return {
    happened_at: time(happenedAt),
    method,
    path,
    status,
    reason,
    explanation: entry?.happened ?? null,
    remedy: entry?.remedy ?? null,
    steps: steps.map(({ name, outcome, durationMs, facts }) => ({ name, outcome, duration_ms: durationMs, facts })),
  }
}
