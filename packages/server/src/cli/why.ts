/** `countersign why <request-id>`: which check a rejected request failed, and what was expected. */
import { parseArgs } from 'node:util'
import { explain } from '../oauth/reasons.ts'
import { openStore } from '../store/open.ts'
import type { TraceRow } from '../store/schema.ts'
import { formatTrace } from '../trace/format.ts'
import type { Step } from '../trace/trace.ts'
import { CommandError } from './command-error.ts'
import { readSettings } from './config.ts'
import { formatIncident } from './incidents.ts'
import { print } from './print.ts'
import { time } from './time.ts'

export async function why(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const [requestId, ...rest] = positionals
  if (requestId === undefined || rest.length > 0) {
    throw new CommandError(
      "Give one request id: the answer's x-request-id header. For example: countersign why 0b7d2c1e-...",
    )
  }
  const store = await openStore({ url: (await readSettings({ logLevel: 'info' })).databaseUrl, migrate: false })
  try {
    const [row, incident] = [await store.traces.find(requestId), await store.incidents.find(requestId)]
    if (!row && !incident) {
      throw new CommandError(
        'No rejected request with this id is stored. Rejections are kept for 7 days; answers below 400 are not.',
      )
    }
    if (row) tell(row)
    if (incident) print(`${row ? '\n' : ''}${formatIncident(incident)}`)
  } finally {
    await store.close()
  }
}

function tell(row: TraceRow): void {
  // Written by the recorder as JSON of Step[].
  const steps: readonly Step[] = JSON.parse(row.steps)
  print(time(row.happened_at))
  print(formatTrace({ ...row, requestId: row.request_id, steps }))
  const entry = explain(row.reason)
  if (entry) print(`\n${row.reason}: ${entry.happened}\nWhat to do: ${entry.remedy}`)
}
