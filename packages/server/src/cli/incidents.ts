/** `countersign incidents`: authorization codes and refresh tokens that two requests used. Their grants were revoked. */
import { parseArgs } from 'node:util'
import type { Incident, RequestFacts } from '../domain/incident.ts'
import { systemClock } from '../environment.ts'
import { openStore } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import { CommandError } from './command-error.ts'
import { readSettings } from './config.ts'
import { print } from './print.ts'
import { time } from './time.ts'

const maxShown = 1000

export async function incidents(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { since: { type: 'string' } } })
  const since = values.since === undefined ? 0 : readTime(values.since, systemClock())
  const store = await openStore({ url: (await readSettings({ logLevel: 'info' })).databaseUrl, migrate: false })
  try {
    const found = await store.incidents.list(since, maxShown)
    for (const incident of found) print(formatIncident(incident))
    if (found.length === 0) print('No incidents.')
    if (found.length === maxShown) print(`These are the newest ${maxShown}; there may be more.`)
  } finally {
    await store.close()
  }
}

/** One line for what happened and one for each of the two requests. */
export function formatIncident({ kind, clientId, userId, grantId, first, second }: Incident): string {
  return [
    `${time(second.happenedAt)}  ${kind}  client ${printable(clientId)}, user ${printable(userId)}, grant ${grantId} revoked`,
    `  used by       ${formatFacts(first)}`,
    `  used again by ${formatFacts(second)}`,
    `                rejected; for details: countersign why ${second.requestId}`,
  ].join('\n')
}

function formatFacts({ requestId, address, userAgent, happenedAt }: RequestFacts): string {
  return `${time(happenedAt)}  ${printable(address)}  ${printable(userAgent ?? 'no user agent')}  (${requestId})`
}

const units = { m: 60, h: 3600, d: 86_400 } as const

/** Reads a time ago, such as `36h` or `7d`, or a date. Returns seconds since the epoch. */
function readTime(text: string, now: number): number {
  const ago = /^(\d{1,6})([mhd])$/.exec(text)
  // The pattern allows no other letters.
  if (ago) return Math.floor(now) - Number(ago[1]) * units[ago[2] as keyof typeof units]
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date)) throw new CommandError('--since must be a time ago, such as 36h or 7d, or a date: 2027-01-31')
  return Math.floor(date / 1000)
}
