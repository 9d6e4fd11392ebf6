/** `countersign why <request-id>`: which check rejected the request, and what the check expected. */
import type { Command } from '@commander-js/extra-typings'
import { formatTrace } from '../trace/format.ts'
import { findRejectedRequest, type RejectedRequest } from '../trace/rejected-request.ts'
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
    const found = await findRejectedRequest(store, requestId)
    if (!found) {
      throw new CommandError('No rejected request with this id is stored. Only rejections are stored, for 7 days.')
    }
    if (isJson) return printJson(whyJson(found))
    printRequest(found)
    const { incident, reason } = found
    if (incident) print(`${reason === undefined ? '' : '\n'}${formatIncident(incident)}`)
  })
}

function printRequest({ method, path, status, reason, explanation, ...request }: RejectedRequest): void {
  if (method === undefined || path === undefined || status === undefined) return
  print(time(request.happenedAt))
  print(formatTrace({ ...request, method, path, status, reason }))
  if (explanation) print(`\n${reason}: ${explanation.happened}\nWhat to do: ${explanation.remedy}`)
}

function whyJson({ requestId, reason, explanation, incident, ...request }: RejectedRequest): object {
  const { happenedAt, method, path, status, steps } = request
  return {
    request_id: requestId,
    ...(reason !== undefined && {
      happened_at: time(happenedAt),
      method,
      path,
      status,
      reason,
      explanation: explanation?.happened ?? null,
      remedy: explanation?.remedy ?? null,
      steps: steps.map(({ name, outcome, durationMs, facts }) => ({ name, outcome, duration_ms: durationMs, facts })),
    }),
    incident: incident ? incidentJson(incident) : null,
  }
}
