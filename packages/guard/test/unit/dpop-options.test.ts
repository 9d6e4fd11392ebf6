/** The settings of DPoP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDpop } from '../../src/dpop/dpop.ts'
import { assertProven, boundToken, makeClient, makeProof, makeProvingGuard, requestWith } from '../support/proofs.ts'

const refused: readonly (readonly [option: object, message: RegExp])[] = [
  [{ required: 'yes' }, /required must be true or false/],
  [{ origin: 'api.example' }, /origin must be an http\(s\) origin, such as/],
  [{ origin: 'https://api.example/v1' }, /origin must be/],
  [{ origin: 'https://api.example?' }, /origin must be/],
  [{ origin: 'https://api.example\\' }, /origin must be/],
  [{ origin: 'ftp://api.example' }, /origin must be/],
  [{ origin: new URL('https://api.example') }, /origin must be/],
  [{ origin: undefined }, /origin is undefined: give it a value or leave it out/],
  [{ algorithms: [] }, /algorithms must be some of ES256, ES384, .*Ed25519/],
  [{ algorithms: 'ES256' }, /algorithms must be/],
  [{ algorithms: ['ES256', 'HS256'] }, /algorithms must be/],
  [{ algorithms: ['none'] }, /algorithms must be/],
  [{ maxAge: 0 }, /maxAge must be a whole number of seconds from 1 to 600/],
  [{ maxAge: 601 }, /maxAge/],
  [{ maxAge: 1.5 }, /maxAge/],
  [{ clockTolerance: 61 }, /clockTolerance must be a whole number of seconds up to 60/],
  [{ clockTolerance: -1 }, /clockTolerance/],
  [{ replay: {} }, /replay must have a function seen/],
  [{ replay: null }, /replay must have a function seen/],
  [{ replaySize: 0 }, /replaySize must be a whole number above 0/],
  [{ nonceSecret: 'short' }, /nonceSecret must have at least 32 characters/],
  [{ nonceSecret: 7 }, /nonceSecret/],
  [{ now: 7 }, /now must be a function/],
  [{ nonce: true }, /nonce is not an option of createDpop: did you mean nonceSecret\?/],
  [{ requird: true }, /did you mean required\?/],
]
for (const [option, message] of refused) {
  test(`${Object.keys(option)} ${JSON.stringify(Object.values(option)[0])} is rejected with ${message}`, () => {
    assert.throws(() => createDpop(option), { name: 'TypeError', message })
  })
}

test('a constraint tells what a challenge needs of it', () => {
  const constraint = createDpop({ required: true, algorithms: ['ES512'] })
  assert.deepEqual([constraint.algorithms, constraint.isRequired], [['ES512'], true])
  assert.equal(createDpop().isRequired, false)
})

test('without a clock, the time is now', async () => {
  const client = await makeClient()
  const now = () => Date.now() / 1000
  const iat = Math.floor(now())
  const token = boundToken(client, { iat, exp: iat + 60 })
  const guard = makeProvingGuard({}, { dpop: createDpop(), now })
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { iat } })))
})
