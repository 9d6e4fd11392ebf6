/** A guard that follows the revocation feed of a test issuer. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createGuard, type Guard } from '../../src/index.ts'
import { serveFeed, type TestFeed } from './feed.ts'
import { startIssuer, type TestIssuer } from './issuer.ts'
import { audience, craft, testTime } from './tokens.ts'
import { type Clock, makeClock } from './verifiers.ts'

export interface FollowedFeed {
  readonly issuer: TestIssuer
  readonly feed: TestFeed
  readonly clock: Clock
  readonly guard: Guard
  /** A token of the issuer, valid for a day, with these claims. */
  readonly tokenOf: (claims?: Readonly<Record<string, unknown>>) => string
  /** What the operator was told. */
  readonly failures: readonly string[]
}

/** The feed is fetched every ten seconds, unless the options say otherwise. */
export async function followFeed(
  test: TestContext,
  options: Partial<Parameters<typeof createGuard>[0]> = {},
): Promise<FollowedFeed> {
  const issuer = await startIssuer(test)
  const clock = makeClock()
  const feed = serveFeed(issuer, clock)
  const failures: string[] = []
  const guard = createGuard({
    issuer: issuer.url,
    audience,
    revocations: true,
    now: clock.now,
    onFailure: ({ part, message }) => failures.push(`${part}: ${message}`),
    ...options,
  })
  const tokenOf = (claims = {}) =>
    craft(issuer.signer, { claims: { iss: issuer.url, exp: testTime + 86_400, ...claims } })
  return { issuer, feed, clock, guard, tokenOf, failures }
}

/** In milliseconds: longer than any fetch takes, and an end for what never comes. */
const maxWaitMs = 20_000

/** Waits until something is so. Fails when that takes too long. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const signal = AbortSignal.timeout(maxWaitMs)
  while (!(await holds())) {
    assert.ok(!signal.aborted, `it is not so after ${maxWaitMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Whether the guard lets the token pass now. */
export async function passes(guard: Guard, token: string): Promise<boolean> {
  return await guard.checkToken(token).then(
    () => true,
    () => false,
  )
}
