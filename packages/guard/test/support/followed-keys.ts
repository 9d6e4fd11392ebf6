/** A guard that follows the keys of a test issuer. */
import type { TestContext } from 'node:test'
import { createGuard, type Guard, type GuardOptions } from '../../src/index.ts'
import { jwkOf } from './guards.ts'
import { jwksPath, startIssuer, type TestIssuer } from './issuer.ts'
import { audience, craft, type PairSigner, testTime } from './tokens.ts'
import { type Clock, makeClock } from './verifiers.ts'

export interface FollowedKeys {
  readonly issuer: TestIssuer
  readonly guard: Guard
  readonly clock: Clock
  /** What the operator was told. */
  readonly failures: readonly string[]
  /** A token of the issuer, valid for days. */
  readonly tokenOf: (signer?: PairSigner, header?: Readonly<Record<string, unknown>>) => string
  /** Publishes these keys from now on. */
  readonly publish: (...signers: readonly PairSigner[]) => void
}

export async function followKeys(test: TestContext, options: Partial<GuardOptions> = {}): Promise<FollowedKeys> {
  const issuer = await startIssuer(test)
  const clock = makeClock()
  const failures: string[] = []
  const guard = createGuard({
    issuer: issuer.url,
    audience,
    now: clock.now,
    onFailure: ({ part, message }) => failures.push(`${part}: ${message}`),
    ...options,
  })
  return {
    issuer,
    guard,
    clock,
    failures,
    tokenOf: (signer = issuer.signer, header = {}) =>
      craft(signer, { header, claims: { iss: issuer.url, exp: testTime + 1_000_000 } }),
    publish: (...signers) => issuer.serve(jwksPath, () => ({ body: { keys: signers.map((signer) => jwkOf(signer)) } })),
  }
}
