/** DPoP proofs for another request: M2. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertProven,
  assertUnproven,
  boundToken,
  makeClient,
  makeProof,
  makeProvingGuard,
  requestWith,
  target,
} from '../support/proofs.ts'

const client = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

for (const htm of ['get', 'POST', 'GET ', '', 'HEAD', ['GET'], null]) {
  test(`M2 htm ${JSON.stringify(htm)} does not match GET`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { claims: { htm } })), 'proof_invalid')
  })
}

const equalTargets = [
  target,
  `${target}?page=2`,
  `${target}#top`,
  `${target}?a=b#c`,
  'HTTPS://API.EXAMPLE/items',
  'https://api.example:443/items',
  'https://api.example:/items',
  'https://api.example/%69tems',
  'https://api.example/x/../items',
  'https://api.example/./items',
]
for (const htu of equalTargets) {
  test(`M2 htu ${htu} matches ${target}`, async () => {
    await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { htu } })))
  })
}

test('M2 of a htu that does not match, the query is not told: it may hold a token', async () => {
  for (const end of ['?access_token=secret', '#secret']) {
    const proof = makeProof(client, token, { claims: { htu: `https://api.example/x${end}` } })
    const { received } = await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
    assert.equal(received, '"https://api.example/x"')
  }
})

test('M2 dots in the path of a request are rejected, not resolved', async () => {
  for (const path of [
    '/files/../items',
    '/files/%2e%2E/items',
    '/./items',
    '/items/..',
    '/items/.',
    '/items/.%2e?a=b',
  ]) {
    const htu = new URL(`https://api.example${path}`).href
    for (const origin of [undefined, 'https://api.example']) {
      const dotted = makeProvingGuard(origin === undefined ? {} : { origin })
      const { headers } = requestWith(token, makeProof(client, token, { claims: { htu } }))
      const checked = dotted.check({ method: 'GET', url: `https://api.example${path}`, headers })
      await assert.rejects(checked, { reason: 'proof_invalid', status: 401, expected: /without dot segments/ })
    }
  }
  for (const path of ['/items/...', '/items/.well-known', '/items?a=/../b', '/items%2e']) {
    const htu = `https://api.example${path}`
    await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { htu } }), { url: htu }))
  }
})

test('M2 the query of the request is ignored as well', async () => {
  await assertProven(guard, requestWith(token, makeProof(client, token), { url: `${target}?page=2` }))
})

const otherTargets: readonly unknown[] = [
  'https://api.example/other',
  'https://other.example/items',
  'https://api.example.evil.example/items',
  'https://api.example@evil.example/items',
  'https://user@api.example/items',
  'http://api.example/items',
  'https://api.example:8443/items',
  'https://api.example/Items',
  'https://api.example/items/',
  'https://api.example//items',
  'https://api.example/items%2F',
  'https://api.example/items%00',
  'https://api.example\\items',
  'https:\\\\api.example\\items',
  ' https://api.example/items',
  'https://api.example/items ',
  'https://api.example/it\nems',
  'https:api.example/items',
  '//api.example/items',
  '/items',
  'https://api.example',
  '?',
  '',
  7,
  null,
  true,
  ['https://api.example/items'],
  { href: 'https://api.example/items' },
]
for (const htu of otherTargets) {
  test(`M2 htu ${JSON.stringify(htu)} does not match ${target}`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { claims: { htu } })), 'proof_invalid')
  })
}

test('M2 percent-encoding is compared as RFC 3986 does: %7E is ~, %2F is no slash, hexadecimal digits have no case', async () => {
  const pairs: readonly (readonly [url: string, htu: string, isEqual: boolean])[] = [
    ['/~tim', '/%7Etim', true],
    ['/%7etim', '/~tim', true],
    ['/a%2fb', '/a%2Fb', true],
    ['/a/b', '/a%2Fb', false],
    ['/a%20b', '/a b', false],
    ['/%25', '/%', false],
    ['/%C3%A9', '/%c3%a9', true],
    ['/%C3%A9', '/é', false],
  ]
  for (const [path, htu, isEqual] of pairs) {
    const request = requestWith(token, makeProof(client, token, { claims: { htu: `https://api.example${htu}` } }), {
      url: `https://api.example${path}`,
    })
    if (isEqual) await assertProven(guard, request)
    else await assertUnproven(guard, request, 'proof_invalid')
  }
})
