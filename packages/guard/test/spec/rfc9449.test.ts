/** RFC 9449: demonstrating proof of possession, as a resource server checks it. What attackers send is in attack/dpop-*.test.ts. */
import assert from 'node:assert/strict'
import { createServer, request as send } from 'node:http'
import { test } from 'node:test'
import { protect } from '../../src/adapters/node.ts'
import { portOf } from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'
import {
  assertProven,
  assertUnproven,
  boundToken,
  freeToken,
  makeClient,
  makeProof,
  makeProvingGuard,
  requestWith,
  target,
} from '../support/proofs.ts'
import { testTime } from '../support/tokens.ts'

const client = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

for (const algorithm of ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const) {
  test(`§4.2 a proof with ${algorithm} passes`, async () => {
    const signing = await makeClient(algorithm)
    const bound = boundToken(signing)
    const access = await assertProven(guard, requestWith(bound, makeProof(signing, bound)))
    assert.equal(access.subject, 'tim')
  })
}

test('§4.2 which algorithms a proof may have is a setting', async () => {
  const signing = await makeClient('ES384')
  const bound = boundToken(signing)
  await assertUnproven(guard, requestWith(bound, makeProof(signing, bound)), 'proof_invalid')
  const wider = makeProvingGuard({ algorithms: ['ES384'] })
  await assertProven(wider, requestWith(bound, makeProof(signing, bound)))
  await assertUnproven(wider, requestWith(token, makeProof(client, token)), 'proof_invalid')
})

for (const typ of ['dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt']) {
  test(`§4.3 typ ${typ} is a proof's`, async () => {
    await assertProven(guard, requestWith(token, makeProof(client, token, { header: { typ } })))
  })
}

for (const [seconds, passes] of [
  [-61, false],
  [-60, true],
  [-59.5, true],
  [0, true],
  [30, true],
  [31, false],
] as const) {
  test(`§4.3 iat ${seconds} s from now ${passes ? 'passes' : 'is rejected'}`, async () => {
    const request = requestWith(token, makeProof(client, token, { claims: { iat: testTime + seconds } }))
    if (passes) await assertProven(guard, request)
    else await assertUnproven(guard, request, 'proof_invalid')
  })
}

test('§4.3 iat must be a number', async () => {
  for (const iat of [String(testTime), null, [testTime], {}]) {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { claims: { iat } })), 'proof_invalid')
  }
})

test('§4.3 the window of iat is a setting', async () => {
  const strict = makeProvingGuard({ maxAge: 5, clockTolerance: 0 })
  await assertProven(strict, requestWith(token, makeProof(client, token, { claims: { iat: testTime - 5 } })))
  for (const iat of [testTime - 6, testTime + 1]) {
    await assertUnproven(strict, requestWith(token, makeProof(client, token, { claims: { iat } })), 'proof_invalid')
  }
})

test('§4.3 behind a proxy, htu is compared with the origin that is set, and with the path and the query of the request', async () => {
  for (const origin of ['https://api.example', 'https://API.example:443/']) {
    const proxied = makeProvingGuard({ origin })
    const inside = { url: 'http://10.0.0.7:3000/items?page=2' }
    await assertProven(proxied, requestWith(token, makeProof(client, token), inside))
    const wrong = makeProof(client, token, { claims: { htu: 'http://10.0.0.7:3000/items' } })
    await assertUnproven(proxied, requestWith(token, wrong, inside), 'proof_invalid')
  }
})

test('§4.3 a request without an absolute URL cannot be checked', async () => {
  const { headers } = requestWith(token, makeProof(client, token))
  await assert.rejects(guard.check({ method: 'GET', url: '/items', headers }), {
    reason: 'verification_failed',
    status: 503,
    received: '"/items"',
  })
})

test('§7.1 challenges name both schemes, and the algorithms of proofs', async () => {
  const { headers, status } = await assertUnproven(guard, new Request(target), 'token_missing')
  assert.equal(status, 401)
  assert.equal(headers['www-authenticate'], 'Bearer, DPoP algs="ES256 EdDSA Ed25519 PS256 RS256"')
})

test('§7.1 a rejected proof is invalid_dpop_proof, with the scheme DPoP', async () => {
  const proof = makeProof(client, token, { claims: { htm: 'POST' } })
  const { headers, body } = await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  assert.match(headers['www-authenticate'] ?? '', /^DPoP error="invalid_dpop_proof", .*algs="ES256 /)
  assert.equal(body['error'], 'invalid_dpop_proof')
})

test('§7.1 an expired token is invalid_token, whatever its proof', async () => {
  const expired = boundToken(client, { exp: testTime })
  const { headers } = await assertUnproven(guard, requestWith(expired, makeProof(client, expired)), 'token_expired')
  assert.match(headers['www-authenticate'] ?? '', /error="invalid_token"/)
})

test('§7.1 the scheme DPoP is for bound tokens', async () => {
  const { status } = await assertUnproven(guard, requestWith(freeToken, makeProof(client, freeToken)), 'token_unbound')
  assert.equal(status, 401)
})

test('§7.1 the scheme has no letter case', async () => {
  const headers = { authorization: `dpop ${token}`, dpop: makeProof(client, token) }
  await assertProven(guard, new Request(target, { headers }))
})

test('§7.2 tokens that are bound to nothing pass as Bearer tokens, unless proofs are required', async () => {
  const headers = { authorization: `Bearer ${freeToken}` }
  await guard.check(new Request(target, { headers }))
  await guard.checkToken(freeToken)
  const strict = makeProvingGuard({ required: true })
  const { headers: answer } = await assertUnproven(strict, new Request(target, { headers }), 'token_unbound')
  assert.match(answer['www-authenticate'] ?? '', /^DPoP /)
  await assert.rejects(strict.checkToken(freeToken), { reason: 'proof_missing' })
  await assertProven(strict, requestWith(token, makeProof(client, token)))
})

test('§9 a client that is asked for a nonce passes with it', async () => {
  const demanding = makeProvingGuard({ nonceSecret: 's'.repeat(32) })
  const { headers } = await assertUnproven(
    demanding,
    requestWith(token, makeProof(client, token)),
    'proof_nonce_needed',
  )
  const proof = makeProof(client, token, { claims: { nonce: headers['dpop-nonce'] } })
  await assertProven(demanding, requestWith(token, proof))
})

test('§7 over a real socket a proof passes once, and two headers are rejected', async (t) => {
  const real = makeProvingGuard({ origin: 'https://api.example' })
  const handler = protect(real, {}, (_request, response, { subject }) => response.end(subject))
  const port = portOf(
    await listen(
      t,
      createServer((request, response) => void handler(request, response)),
    ),
  )
  const statusOf = (proofs: readonly string[]) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `DPoP ${token}`, dpop: [...proofs] }
      const sent = send({ port, path: '/items', headers, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sent.on('error', reject).end()
    })
  const [first, second] = [makeProof(client, token), makeProof(client, token)]
  assert.equal(await statusOf([first, second]), 401)
  assert.equal(await statusOf([first]), 200)
  assert.equal(await statusOf([first]), 401)
  assert.equal(await statusOf([second]), 200)
})
