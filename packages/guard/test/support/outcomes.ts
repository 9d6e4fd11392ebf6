/** What a guard makes of a token: assertions on both outcomes. */
import assert from 'node:assert/strict'
import { type Access, type Guard, Rejection } from '../../src/index.ts'

/** Checks that the token passes, and answers what it may do. */
export async function assertPasses(guard: Guard, token: string): Promise<Access> {
  const access = await guard.check(requestWith(token))
  assert.ok(Object.isFrozen(access))
  return access
}

/** Checks that the token is rejected with this status and for this reason, and answers how. */
export async function assertRequestRejected(
  guard: Guard,
  token: string,
  status: number,
  reason: string,
): Promise<Rejection> {
  const outcome: unknown = await guard.check(requestWith(token)).catch((error: unknown) => error)
  assert.ok(outcome instanceof Rejection, `expected a rejection, got ${String(outcome)}`)
  assert.deepEqual([outcome.status, outcome.reason], [status, reason])
  return outcome
}

function requestWith(token: string): Request {
  return new Request('https://api.example/items', { headers: { authorization: `Bearer ${token}` } })
}
