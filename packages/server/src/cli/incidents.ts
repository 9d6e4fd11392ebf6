/** `countersign incidents`: authorization codes and refresh tokens that two requests used, and many wrong secrets of clients. */
import type { Command } from '@commander-js/extra-typings'
import { listIncidents, maxIncidents } from '../token-status/list-incidents.ts'
import { UsageError } from './command-error.ts'
import { formatIncident, incidentJson } from './format-incident.ts'
import { withExamples } from './help.ts'
import { printArray } from './terminal/list.ts'
import { print, printToTerminal } from './terminal/print.ts'
import { withStore } from './with-store.ts'

export function defineIncidents(command: Command): void {
  const defined = command
    .description(
      'Lists authorization codes and refresh tokens that were used by two requests, whose grant was revoked, and clients and addresses with many wrong secrets, codes or tokens. Newest first.',
    )
    .option('--since <time>', 'a time ago, such as 36h or 7d, or a date: 2027-01-31')
    .option('--json', 'print a JSON array')
    .action(({ since, json = false }) => incidents(since === undefined ? () => 0 : readTime(since), json))
  withExamples(defined, ['countersign incidents', 'countersign incidents --since 7d --json'])
}

function incidents(since: (now: number) => number, isJson: boolean): Promise<void> {
  return withStore(async (store) => {
    const found = await listIncidents(store, since(store.clock.now()))
    if (isJson) return printArray(found, incidentJson)
    for (const incident of found) print(formatIncident(incident))
    if (found.length === 0) printToTerminal('No incidents.')
    if (found.length === maxIncidents) print(`These are the newest ${maxIncidents}; there may be more.`)
  })
}

const units = { m: 60, h: 3600, d: 86_400 } as const

/** Reads a time ago, such as `36h` or `7d`, or a date, and returns what gives it in seconds since the epoch. @throws UsageError */
function readTime(text: string): (now: number) => number {
  const ago = /^(\d{1,6})([mhd])$/.exec(text)
  // The pattern allows no other letters.
  if (ago) return (now) => Math.floor(now) - Number(ago[1]) * units[ago[2] as keyof typeof units]
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date)) throw new UsageError('--since must be a time ago, such as 36h or 7d, or a date: 2027-01-31')
  return () => Math.floor(date / 1000)
}
