/**
 * What a revocation feed costs a guard, in this process: checks of one token again and again, with and without the feed. A
 * program of its own, so that it can have a core; takes the issuer and a token, prints `RevocationChecks` as JSON.
 */
import { createGuard, type Guard } from '@countersign/guard'

export interface RevocationChecks {
  /** Nanoseconds a check, per round. */
  readonly withFeed: readonly number[]
  readonly without: readonly number[]
}

const rounds = 9
const checks = 300_000

const [, , issuer = '', token = ''] = process.argv
const request = new Request('https://api.example.com/items', { headers: { authorization: `Bearer ${token}` } })
const feedGuard = createGuard({ issuer, audience: issuer, revocations: true })
const plainGuard = createGuard({ issuer, audience: issuer })

const outcome: { withFeed: number[]; without: number[] } = { withFeed: [], without: [] }
// One round more than is counted: the first runs in the interpreter.
for (let round = 0; round <= rounds; round++) {
  const without = await nanosecondsPerCheck(plainGuard)
  const withFeed = await nanosecondsPerCheck(feedGuard)
  if (round === 0) continue
  outcome.without.push(without)
  outcome.withFeed.push(withFeed)
}
process.stdout.write(JSON.stringify(outcome satisfies RevocationChecks))

async function nanosecondsPerCheck(guard: Guard): Promise<number> {
  const startedAt = performance.now()
  for (let count = 0; count < checks; count++) await guard.check(request)
  return ((performance.now() - startedAt) * 1_000_000) / checks
}
