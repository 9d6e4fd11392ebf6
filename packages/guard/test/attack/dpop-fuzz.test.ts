/** A DPoP proof that is anything at all, or a good one with anything changed, is rejected, and nothing else happens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { Rejection } from '../../src/rejection.ts'
import { boundToken, makeClient, makeProof, makeProvingGuard, requestWith } from '../support/proofs.ts'

const client = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

// What an HTTP header can hold (RFC 9110 §5.5).
const proofLike = fc.string({ unit: fc.constantFrom(...'eyJhbGciOiJAB01-_.=+/ {}"'), maxLength: 300 })
const inHeader = fc.string({ unit: 'grapheme-ascii', maxLength: 300 })

/** As a proof that is none, or is for another request, signed by another, or used before. */
async function isRejected(proof: string): Promise<void> {
  const outcome: unknown = await guard.check(requestWith(token, proof)).catch((error: unknown) => error)
  assert.ok(outcome instanceof Rejection, String(outcome))
  assert.equal(outcome.status, 401)
  assert.match(outcome.reason, /^proof_/)
}

test('M1 any text is no proof', async () => {
  await fc.assert(fc.asyncProperty(fc.oneof(proofLike, inHeader), isRejected), { numRuns: 500 })
})

test('M1 a good proof with anything changed, cut or put in is rejected', async () => {
  const good = makeProof(client, token)
  const position = fc.nat({ max: good.length })
  const property = fc.asyncProperty(position, fc.nat({ max: 3 }), proofLike, async (at, removed, inserted) => {
    const changed = good.slice(0, at) + inserted.slice(0, 4) + good.slice(at + removed)
    // Space around the value of a header is not part of it.
    fc.pre(changed.trim() !== good)
    await isRejected(changed)
  })
  await fc.assert(property, { numRuns: 1000 })
})
