/** DPoP proofs without the nonce that a guard asks for: M5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guard } from '../../src/index.ts'
import {
  assertProven,
  assertUnproven,
  boundToken,
  hash,
  makeClient,
  makeProof,
  makeProvingGuard,
  requestWith,
  target,
} from '../support/proofs.ts'
import { testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

const client = await makeClient()
const token = boundToken(client)

const nonceSecret = 'n'.repeat(32)

test('M5 a nonce that is missing, stale, from the future, from another server or made up is answered with use_dpop_nonce and a fresh one', async () => {
  const clock = makeClock()
  const demanding = makeProvingGuard({ nonceSecret, now: clock.now })
  const foreign = makeProvingGuard({ nonceSecret: 'f'.repeat(32), now: clock.now })
  const stale = await freshNonce(demanding, testTime)
  const iat = testTime + 301
  clock.moveTo(iat)
  const redated = stale.replace(/^\d+/, String(iat))
  const bad = [undefined, '', stale, redated, `${stale} `, await freshNonce(foreign, iat), 7, null, [stale]]
  for (const nonce of bad) {
    const proof = makeProof(client, token, { claims: { nonce, iat } })
    const { status, headers } = await assertUnproven(demanding, requestWith(token, proof), 'proof_nonce_needed')
    assert.equal(status, 401)
    assert.match(headers['www-authenticate'] ?? '', /^DPoP error="use_dpop_nonce"/)
    assert.match(headers['dpop-nonce'] ?? '', /^[\x21\x23-\x5b\x5d-\x7e]+$/)
  }
})

test('M5 a nonce is good on all processes that have the secret, again and again within its life', async () => {
  const clock = makeClock()
  const nodes = [makeProvingGuard({ nonceSecret, now: clock.now }), makeProvingGuard({ nonceSecret, now: clock.now })]
  const nonce = await freshNonce(makeProvingGuard({ nonceSecret }), testTime)
  for (const time of [testTime, testTime + 1, testTime + 300]) {
    clock.moveTo(time)
    for (const node of nodes) {
      const proof = makeProof(client, token, { claims: { nonce, iat: time } })
      await assertProven(node, requestWith(token, proof))
    }
  }
})

test('M5 a nonce from the clock of another process, a little ahead, is good; far ahead is not', async () => {
  const guardAhead = (seconds: number) => makeProvingGuard({ nonceSecret, now: () => testTime + seconds })
  const here = guardAhead(0)
  const near = await freshNonce(guardAhead(30), testTime)
  await assertProven(here, requestWith(token, makeProof(client, token, { claims: { nonce: near } })))
  const far = await freshNonce(guardAhead(31), testTime)
  const proof = makeProof(client, token, { claims: { nonce: far } })
  await assertUnproven(here, requestWith(token, proof), 'proof_nonce_needed')
})

test('M5 two nonces in one proof are rejected', async () => {
  const demanding = makeProvingGuard({ nonceSecret })
  const nonce = await freshNonce(demanding, testTime)
  const claims = `{"nonce":"${nonce}","nonce":"${nonce}","jti":"two","htm":"GET","htu":"${target}","iat":${testTime},"ath":"${hash(token)}"}`
  await assertUnproven(demanding, requestWith(token, makeProof(client, token, { claims })), 'proof_invalid')
})

/** The nonce that a guard answers to a client without one, at that time. */
async function freshNonce(from: Guard, iat: number): Promise<string> {
  const request = requestWith(token, makeProof(client, token, { claims: { iat } }))
  const { headers } = await assertUnproven(from, request, 'proof_nonce_needed')
  return headers['dpop-nonce'] ?? ''
}
