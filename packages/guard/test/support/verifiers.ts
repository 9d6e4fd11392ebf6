/** Verifiers for tests, at a fixed time, and assertions on what they answer. */
import assert from 'node:assert/strict'
import {
  createVerifier,
  TokenRejection,
  type TokenRejectionReason,
  type VerifiedToken,
  type Verifier,
  type VerifierOptions,
} from '../../src/jwt/verifier.ts'
import { audience, issuer, type Signer, testTime } from './tokens.ts'

/** A clock that stands until it is moved. */
export interface Clock {
  readonly now: () => number
  readonly moveTo: (time: number) => void
}

export function makeClock(start: number = testTime): Clock {
  let time = start
  return {
    now: () => time,
    moveTo: (next) => {
      time = next
    },
  }
}

/** A verifier for RFC 9068 tokens of these signers, at the test time. */
export function makeVerifier(signers: readonly Signer[], options: Partial<VerifierOptions> = {}): Verifier {
  const keys = signers.map((signer) => signer.verification)
  return createVerifier({ type: 'at+jwt', issuer, audience, now: () => testTime, keys, ...options })
}

/** The rejection of a token that must not pass; checks that it tells nothing it must not. */
export async function rejectionOf(verifier: Verifier, token: string): Promise<TokenRejection> {
  const outcome = await Promise.resolve(verifier.verify(token)).catch((error: unknown) => error)
  assert.ok(outcome instanceof TokenRejection, `expected a rejection, got ${String(outcome)}`)
  assertDiscreet(outcome, token)
  return outcome
}

/** Checks that a token is rejected, and why. */
export async function assertRejected(verifier: Verifier, token: string, reason: TokenRejectionReason): Promise<void> {
  assert.equal((await rejectionOf(verifier, token)).reason, reason)
}

/** Checks that a token passes, and answers what it says. */
export async function assertVerified(verifier: Verifier, token: string): Promise<VerifiedToken> {
  const verified = await verifier.verify(token)
  assert.ok(Object.isFrozen(verified))
  return verified
}

function assertDiscreet(rejection: TokenRejection, token: string): void {
  const told = [rejection.message, rejection.expected ?? '', rejection.received ?? '']
  for (const text of told) {
    assert.match(text, /^[\x20-\x7e]{0,120}$/)
    const signature = String(token).split('.', 3)[2] ?? ''
    if (signature.length >= 8) assert.ok(!text.includes(signature.slice(0, 8)), 'a part of the signature is told')
    if (String(token).length >= 8) assert.ok(!text.includes(String(token)), 'the token is told')
  }
}
