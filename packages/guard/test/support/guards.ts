/** Guards for tests, at a fixed time, and requests to put before them. */
import assert from 'node:assert/strict'
import { createGuard, type Guard, type GuardOptions, Rejection, type Requirement } from '../../src/index.ts'
import { audience, issuer, type PairSigner, testTime } from './tokens.ts'

/** The public JWK of a signer, as an issuer publishes it. */
export function jwkOf(signer: PairSigner, members: object = {}): Readonly<Record<string, unknown>> {
  const { keyId, algorithm } = signer.verification
  return { ...signer.publicKey.export({ format: 'jwk' }), kid: keyId, alg: algorithm, use: 'sig', ...members }
}

/** A guard with the keys of these signers at hand. */
export function makeGuard(signers: readonly PairSigner[], options: Partial<GuardOptions> = {}): Guard {
  const jwks = { keys: signers.map((signer) => jwkOf(signer)) }
  return createGuard({ issuer, audience, now: () => testTime, jwks, ...options })
}

/** A request with that Authorization header, or without one. */
export function requestWith(authorization?: string, url = 'https://api.example/items'): Request {
  return new Request(url, authorization === undefined ? {} : { headers: { authorization } })
}

/** The rejection of a request that must not pass. */
export async function requestRejectionOf(
  guard: Guard,
  request: Request,
  requirement?: Requirement,
): Promise<Rejection> {
  return await rejectionOf(guard.check(request, requirement))
}

export async function rejectionOf(check: Promise<unknown>): Promise<Rejection> {
  const outcome = await check.then(
    () => 'it passed',
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof Rejection, `expected a rejection, got ${String(outcome)}`)
  return outcome
}
