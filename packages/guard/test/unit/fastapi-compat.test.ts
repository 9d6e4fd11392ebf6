/** Answers like those of FastAPI's tutorial. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../../src/index.ts'
import { makeGuard, requestRejectionOf, requestWith } from '../support/guards.ts'
import { audience, craft, issuer, makePairSigner } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const guard = makeGuard([signer], { compat: 'fastapi' })

for (const [what, authorization, scopes, detail, challenge] of [
  ['no token', undefined, ['me'], 'Not authenticated', 'Bearer'],
  ['another scheme', 'Basic Og==', [], 'Not authenticated', 'Bearer'],
  ['a malformed header', 'Bearer a b', [], 'Could not validate credentials', 'Bearer'],
  ['a bad token', 'Bearer bad', ['me'], 'Could not validate credentials', 'Bearer scope="me"'],
  ['a scope that is missing', `Bearer ${craft(signer)}`, ['me', 'x'], 'Not enough permissions', 'Bearer scope="me x"'],
] as const) {
  test(`${what} is answered with 401 and "${detail}"`, async () => {
    const answer = await requestRejectionOf(guard, requestWith(authorization), { scopes })
    assert.deepEqual([answer.status, answer.body], [401, { detail }])
    assert.equal(answer.headers['www-authenticate'], challenge)
  })
}

test('an issuer that is away is 503 here too', async () => {
  const away = createGuard({ issuer, audience, compat: 'fastapi', fetch: () => Promise.reject(new Error('away')) })
  const answer = await requestRejectionOf(away, requestWith(`Bearer ${craft(signer)}`))
  assert.deepEqual([answer.status, answer.body], [503, { detail: 'Service Unavailable' }])
  assert.equal(answer.headers['retry-after'], '5')
})
