/** Stolen tokens, and proofs that were stolen, made up or used twice: M1, M2, M4, M5, M6, M9, M10. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createReplayMemory } from '../../src/dpop/replay-memory.ts'
import type { Guard } from '../../src/index.ts'
import {
  assertProven,
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
import { craftParts, encode, hmac, testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

const client = await makeClient()
const other = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

test('M1 without a proof a bound token is refused', async () => {
  const { status, headers } = await assertUnproven(guard, requestWith(token), 'proof_missing')
  assert.equal(status, 401)
  assert.match(headers['www-authenticate'] ?? '', /^DPoP error="invalid_dpop_proof"/)
})

test('M1 two DPoP headers are refused, also when they are the same', async () => {
  const proof = makeProof(client, token)
  const { received } = await assertUnproven(guard, requestWith(token, [proof, proof]), 'proof_invalid')
  assert.equal(received, 'several')
  await assertUnproven(guard, requestWith(token, [proof, '']), 'proof_invalid')
  await assertProven(guard, requestWith(token, proof))
})

for (const text of [
  '',
  'proof',
  'a.b',
  'a.b.c',
  'e30.e30.',
  'e30.e30.AA',
  `${token}.AA`,
  '.'.repeat(8000),
  'A'.repeat(10_000),
]) {
  test(`M1 ${text.length} characters that are no JWT are no proof: ${text.slice(0, 10)}`, async () => {
    await assertUnproven(guard, requestWith(token, text), 'proof_invalid')
  })
}

for (const name of ['typ', 'alg', 'jwk']) {
  test(`M1 a proof without ${name} is refused`, async () => {
    const proof = makeProof(client, token, { header: { [name]: undefined } })
    await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  })
}

for (const name of ['jti', 'htm', 'htu', 'iat', 'ath']) {
  test(`M1 a proof without ${name} is refused`, async () => {
    const proof = makeProof(client, token, { claims: { [name]: undefined } })
    await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  })
}

for (const typ of ['JWT', 'at+jwt', 'dpop', 'dpop+jwt ', 'text/dpop+jwt', 1, ['dpop+jwt']]) {
  test(`M1 typ ${JSON.stringify(typ)} is refused`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { typ } })), 'proof_invalid')
  })
}

for (const alg of ['none', 'None', 'HS256', 'ES384', 'RS256', 'ES256K', 7, null]) {
  test(`M1 alg ${JSON.stringify(alg)} with a P-256 key is refused`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { alg } })), 'proof_invalid')
  })
}

test('M1 alg none without a signature is refused', async () => {
  const [header, payload] = makeProof(client, token, { header: { alg: 'none' } }).split('.')
  await assertUnproven(guard, requestWith(token, `${header}.${payload}.`), 'proof_invalid')
})

test('M1 HS256 under a key in the proof is refused', async () => {
  const secret = randomBytes(32)
  const header = encode(
    JSON.stringify({ typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: secret.toString('base64url') } }),
  )
  const [, payload = ''] = makeProof(client, token).split('.')
  const proof = craftParts(header, payload, (input) => hmac(secret, input))
  await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
})

test('M1 a proof that another key signed is refused', async () => {
  const [header = '', payload = ''] = makeProof(client, token).split('.')
  const { received } = await assertUnproven(
    guard,
    requestWith(token, craftParts(header, payload, other.signer.sign)),
    'proof_invalid',
  )
  assert.equal(received, 'signature_mismatch')
})

test('M1 a private key in jwk is refused, also the right one', async () => {
  const jwk = client.signer.privateKey.export({ format: 'jwk' })
  await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { jwk } })), 'proof_invalid')
  for (const name of ['p', 'q', 'dp', 'dq', 'qi', 'k']) {
    const proof = makeProof(client, token, { header: { jwk: { ...client.jwk, [name]: 'AAAA' } } })
    await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  }
})

const offCurve = { ...client.jwk, y: other.jwk['y'] }
for (const jwk of [
  null,
  'key',
  [],
  {},
  { kty: 'EC' },
  { ...client.jwk, crv: 'P-384' },
  { ...client.jwk, use: 'enc' },
  offCurve,
]) {
  test(`M1 jwk ${JSON.stringify(jwk).slice(0, 40)} is refused`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { jwk } })), 'proof_invalid')
  })
}

test('M1 crit, a member twice and claims that are no object are refused', async () => {
  const jwk = JSON.stringify(client.jwk)
  const differences = [
    { header: { crit: ['x'], x: 1 } },
    { header: `{"typ":"dpop+jwt","alg":"none","alg":"ES256","jwk":${jwk}}` },
    { claims: `{"jti":"a","htm":"GET","htm":"GET","htu":"${target}","iat":${testTime},"ath":"${hash(token)}"}` },
    { claims: '[]' },
    { claims: 'null' },
  ]
  for (const difference of differences) {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, difference)), 'proof_invalid')
  }
})

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

test('M2 dots in the path of a request are refused, not resolved', async () => {
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

test('M4 a proof is used once', async () => {
  const proof = makeProof(client, token)
  await assertProven(guard, requestWith(token, proof))
  await assertUnproven(guard, requestWith(token, proof), 'proof_replayed')
})

test('M4 of many requests with one proof at once, one passes', async () => {
  const proof = makeProof(client, token)
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => guard.check(requestWith(token, proof))))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('M4 the same jti in another proof is a replay, whatever its htu, its htm or its token', async () => {
  const jti = 'the-same'
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { jti } })))
  const again = makeProof(client, token, { claims: { jti, htu: `${target}?page=2` } })
  await assertUnproven(guard, requestWith(token, again), 'proof_replayed')
  const posted = makeProof(client, token, { claims: { jti, htm: 'POST' } })
  await assertUnproven(guard, requestWith(token, posted, { method: 'POST' }), 'proof_replayed')
  const fresh = boundToken(client, { jti: 'token-2' })
  await assertUnproven(guard, requestWith(fresh, makeProof(client, fresh, { claims: { jti } })), 'proof_replayed')
})

test('M4 another key may use the same jti: nobody burns the ids of others', async () => {
  const claims = { jti: 'shared' }
  const others = boundToken(other)
  await assertProven(guard, requestWith(others, makeProof(other, others, { claims })))
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims })))
})

test('M4 a jti is burnt by a good proof only', async () => {
  const claims = { jti: 'not-burnt' }
  const [header = '', payload = ''] = makeProof(client, token, { claims }).split('.')
  await assertUnproven(guard, requestWith(token, craftParts(header, payload, other.signer.sign)), 'proof_invalid')
  await assertUnproven(
    guard,
    requestWith(token, makeProof(client, token, { claims: { ...claims, htm: 'POST' } })),
    'proof_invalid',
  )
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims })))
})

for (const jti of ['', 'j'.repeat(256), 'j'.repeat(5000), 7, null, ['a']]) {
  test(`M4 jti ${JSON.stringify(jti).slice(0, 10)} (${String(jti).length} characters) is refused`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { claims: { jti } })), 'proof_invalid')
  })
}

test('M4 a jti of 10 MB is refused before it is decoded', async () => {
  const proof = makeProof(client, token, { claims: { jti: 'j'.repeat(10_000_000) } })
  const { expected } = await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  assert.equal(expected, 'at most 8192')
})

test('M4 a jti of 255 characters passes', async () => {
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { jti: 'j'.repeat(255) } })))
})

test('M4 processes that share a memory refuse what any of them saw; the key is canonical, and kept until no clock takes the proof', async () => {
  const kept = new Map<string, number>()
  const replay = {
    seen: async (key: string, expiresAt: number) => {
      const isKnown = kept.has(key)
      kept.set(key, expiresAt)
      return isKnown
    },
  }
  const [first, second] = [makeProvingGuard({ replay }), makeProvingGuard({ replay })]
  const proof = makeProof(client, token)
  await assertProven(first, requestWith(token, proof))
  await assertUnproven(second, requestWith(token, proof), 'proof_replayed')
  assert.equal(kept.size, 1)
  assert.match([...kept.keys()].join(), /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual([...kept.values()], [testTime + 60 + 30 + 1])
})

test('M4 one request may be checked twice, with the proof that it came with', async () => {
  const request = requestWith(token, makeProof(client, token))
  const both = await Promise.all([guard.check(request), guard.check(request)])
  assert.deepEqual(
    both.map(({ subject }) => subject),
    ['tim', 'tim'],
  )
  await assertUnproven(guard, new Request(request), 'proof_replayed')
})

test('M4 a proof that a request shows after another is used up as well', async () => {
  const [first, second] = [makeProof(client, token), makeProof(client, token)]
  const request = requestWith(token, first)
  await assertProven(guard, request)
  request.headers.set('dpop', second)
  await assertProven(guard, request)
  for (const proof of [first, second]) await assertUnproven(guard, requestWith(token, proof), 'proof_replayed')
  request.headers.set('dpop', first)
  await assertUnproven(guard, request, 'proof_replayed')
})

test('M4 what a request has not proven it does not prove by being checked again', async () => {
  const request = requestWith(token, makeProof(client, token))
  await assertProven(guard, request)
  request.headers.set('authorization', `DPoP ${boundToken(client, { jti: 'token-2' })}`)
  await assertUnproven(guard, request, 'proof_invalid')
})

test('M4 a proof that is used by a clock ahead is not good again when the clock is set right', async () => {
  const clock = makeClock()
  const stepping = makeProvingGuard({ now: clock.now })
  const proof = makeProof(client, token)
  await assertProven(stepping, requestWith(token, proof))
  clock.moveTo(testTime + 200)
  await assertProven(stepping, requestWith(token, makeProof(client, token, { claims: { iat: testTime + 200 } })))
  clock.moveTo(testTime + 5)
  const { status } = await assertUnproven(stepping, requestWith(token, proof), 'verification_failed')
  assert.equal(status, 503)
})

test('M4 a proof that becomes too old while it is checked is refused, since it may be forgotten already', async () => {
  const clock = makeClock()
  const memory = createReplayMemory(10, 90, clock.now)
  let delay = 0
  const replay = {
    seen: (key: string, expiresAt: number) => {
      clock.moveTo(clock.now() + delay)
      return memory.seen(key, expiresAt)
    },
  }
  const slow = makeProvingGuard({ replay, now: clock.now })
  const proof = makeProof(client, token, { claims: { iat: testTime + 30 } })
  await assertProven(slow, requestWith(token, proof))
  clock.moveTo(testTime + 90)
  delay = 2
  await assertUnproven(slow, requestWith(token, proof), 'proof_invalid')
})

test('M4 a memory that fails, or answers neither true nor false, lets nothing pass', async () => {
  const failing = makeProvingGuard({ replay: { seen: () => Promise.reject(new Error('no connection')) } })
  const refused = await assertUnproven(failing, requestWith(token, makeProof(client, token)), 'verification_failed')
  assert.equal(refused.status, 503)
  for (const answer of [undefined, null, 'OK', 0]) {
    // What an untyped program could answer.
    const odd = makeProvingGuard({ replay: { seen: () => answer as unknown as boolean } })
    await assertUnproven(odd, requestWith(token, makeProof(client, token)), 'proof_replayed')
  }
})

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

test('M5 two nonces in one proof are refused', async () => {
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

test('M6 a token that is bound to one key is refused with another', async () => {
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

test('M6 a proof with the ath of another token is refused', async () => {
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
  test(`M6 a token bound by cnf ${JSON.stringify(cnf).slice(0, 30)} is refused, with a proof or without`, async () => {
    const bound = boundToken(client, { cnf })
    await assertUnproven(guard, requestWith(bound, makeProof(client, bound)), 'proof_unsupported')
    await assertUnproven(
      guard,
      new Request(target, { headers: { authorization: `Bearer ${bound}` } }),
      'proof_unsupported',
    )
  })
}

test('M9 a million proofs in five minutes are remembered no longer than they could pass, and leave on time', () => {
  const clock = makeClock()
  const lifetime = 90
  const perSecond = Math.ceil(1_000_000 / 300)
  // It would throw at the first proof too many: what is remembered is the window's, and nothing more.
  const memory = createReplayMemory((lifetime + 1) * perSecond, lifetime, clock.now)
  let count = 0
  for (let second = 0; second < 300; second++) {
    clock.moveTo(testTime + second)
    for (let index = 0; index < perSecond; index++) assert.equal(memory.seen(`key-${count++}`, 0), false)
  }
  assert.ok(count >= 1_000_000)
  assert.equal(memory.seen(`key-${count - 1}`, 0), true)
  clock.moveTo(testTime + 300 + lifetime)
  assert.equal(memory.seen(`key-${count - 1}`, 0), false)
})

test('M9 a full memory refuses instead of forgetting, and takes proofs again when the first have expired', async () => {
  const clock = makeClock()
  const small = makeProvingGuard({ replaySize: 2, now: clock.now })
  const first = makeProof(client, token)
  await assertProven(small, requestWith(token, first))
  await assertProven(small, requestWith(token, makeProof(client, token)))
  const { status } = await assertUnproven(small, requestWith(token, makeProof(client, token)), 'verification_failed')
  assert.equal(status, 503)
  await assertUnproven(small, requestWith(token, first), 'proof_replayed')
  const later = testTime + 91
  clock.moveTo(later)
  await assertProven(small, requestWith(token, makeProof(client, token, { claims: { iat: later } })))
})

test('M10 members that RFC 9449 does not name are ignored, in the header, the key and the claims', async () => {
  const header = {
    kid: 'x',
    jku: 'https://evil.example/keys',
    x: { y: 1 },
    jwk: { ...client.jwk, ext: true, key_ops: ['verify'], note: 'x' },
  }
  const claims = { iss: 'x', sub: 7, aud: null, exp: 1, nbf: testTime + 9999, cnf: {}, nonce: 'not asked for', x: [1] }
  await assertProven(guard, requestWith(token, makeProof(client, token, { header, claims })))
})
