/** Waits for what `/readyz` says: a look at the database that a busy machine interrupts has failed, and is the answer for a second. */
import { eventually } from '../../packages/server/test/support/accounts.ts'

export function untilReady(origin: string): Promise<void> {
  return untilSaid(origin, '{"status":"ok"}')
}

export function untilNotReady(origin: string, reason: string): Promise<void> {
  return untilSaid(origin, JSON.stringify({ status: 'unavailable', reason }))
}

function untilSaid(origin: string, expected: string): Promise<void> {
  return eventually(async () => (await (await fetch(`${origin}/readyz`)).text()) === expected)
}
