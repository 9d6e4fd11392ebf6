/** `countersign why <request-id>`: which check rejected the request, and what the check expected. */
import { parseArgs } from 'node:util'
import { explain } from '../oauth/reasons.ts'
import { openStore } from '../store/open.ts'
import type { StoredTrace } from '../store/traces.ts'
import { formatTrace } from '../trace/format.ts'
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
      "Give one request id, from the response's x-request-id header. For example: countersign why 0b7d2c1e-...",
    )
  }
  const store = await openStore({ url: (await readSettings({ logLevel: 'info' })).databaseUrl, migrate: false })
  try {
    const [trace, incident] = [await store.traces.find(requestId), await store.incidents.find(requestId)]
    if (!trace && !incident) {
      throw new CommandError('No rejected request with this id is stored. Only rejections are stored, for 7 days.')
    }
    if (trace) printTrace(trace)
    if (incident) print(`${trace ? '\n' : ''}${formatIncident(incident)}`)
  } finally {
    await store.close()
  }
}

function printTrace(trace: StoredTrace): void {
  print(time(trace.happenedAt))
  print(formatTrace(trace))
  const entry = explain(trace.reason)
  if (entry) print(`\n${trace.reason}: ${entry.happened}\nWhat to do: ${entry.remedy}`)
}
