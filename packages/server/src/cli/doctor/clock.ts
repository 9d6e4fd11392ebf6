/** The clock of the server or its proxy, by the Date header, and that of the database. */
import { type Finding, notesOf } from './finding.ts'
import type { ProbeResponse } from './probe.ts'

const notes = notesOf('clock')

/** Seconds. A code is valid for 60 seconds, and clients compare the times of ID tokens with their own clock. */
const warnAfter = 5
const wrongAfter = 60

/** What the Date header, which has no fractions, is away from this machine's clock at least. */
export function checkClock({
  headers,
  sentAt,
  receivedAt,
}: Pick<ProbeResponse, 'headers' | 'sentAt' | 'receivedAt'>): readonly Finding[] {
  const date = Date.parse(headers.get('date') ?? '') / 1000
  if (Number.isNaN(date)) return [notes.skipped('The response has no Date header.')]
  return judge('The server', Math.max(0, sentAt - 1 - date, date - receivedAt))
}

/** `machineLead`: seconds that the clock of this machine is ahead of that of the database. */
export function checkDatabaseClock(machineLead: number): readonly Finding[] {
  return judge('The database', Math.abs(machineLead))
}

function judge(whose: string, offset: number): readonly Finding[] {
  if (offset < warnAfter) return [notes.ok(`${whose} has the same time as this machine, to ${warnAfter} seconds.`)]
  const message = `${whose} and this machine differ by ${Math.round(offset)} seconds.`
  const fix = 'Synchronize the clocks of all machines by NTP: timedatectl set-ntp true'
  return [offset < wrongAfter ? notes.warning(message, fix) : notes.problem(message, fix)]
}
