/** Tokens that are bound to one key, and presented with another, or as if they were not bound: M6. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertUnproven,
  boundToken,
  freeToken,
  hash,
  makeClient,
  makeProof,
  makeProvingGuard,
  requestWith,
  target,
} from '../support/proofs.ts'

const client = await makeClient()
const other = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

test('M6 a token that is bound to one key is rejected with another', async () => {
  const { received, status } = await assertUnproven(guard, requestWith(token, makeProof(other, token)), 'proof_invalid')
  assert.deepEqual([status, received], [401, 'another'])
})

test('M6 a bound token does not pass as a Bearer token, with a proof or without', async () => {
  const headers = { authorization: `Bearer ${token}` }
  await assertUnproven(guard, new Request(target, { headers }), 'proof_missing')
  const proof = makeProof(client, token)
  const { status } = await assertUnproven(
    guard,
    new Request(target, { headers: { ...headers, dpop: proof } }),
    'proof_missing',
  )
  assert.equal(status, 401)
  await assert.rejects(guard.checkToken(token), { reason: 'proof_unsupported', status: 401 })
})

test('M6 a proof with the ath of another token is rejected', async () => {
  const another = boundToken(client, { jti: 'token-2' })
  const differences = [another, `${token}=`, freeToken].map((text) => ({ claims: { ath: hash(text) } }))
  for (const difference of [
    ...differences,
    { claims: { ath: token } },
    { claims: { ath: '' } },
    { claims: { ath: 7 } },
  ]) {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, difference)), 'proof_invalid')
  }
})

for (const cnf of [
  { 'x5t#S256': hash('certificate') },
  { jkt: client.thumbprint, 'x5t#S256': hash('certificate') },
  { jkt: client.thumbprint, jwk: client.jwk },
  { jwk: client.jwk },
  { jkt: 7 },
  {},
  null,
  'key',
  [],
  { JKT: client.thumbprint },
]) {
  test(`M6 a token bound by cnf ${JSON.stringify(cnf).slice(0, 30)} is rejected, with a proof or without`, async () => {
    const bound = boundToken(client, { cnf })
    await assertUnproven(guard, requestWith(bound, makeProof(client, bound)), 'proof_unsupported')
    await assertUnproven(
      guard,
      new Request(target, { headers: { authorization: `Bearer ${bound}` } }),
      'proof_unsupported',
    )
  })
}
