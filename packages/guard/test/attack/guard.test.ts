/** Attacks on a guard as a whole: headers (E28), URLs (E29), answers (E30), failures inside (E33), bound tokens (M6). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { createGuard, type GuardOptions, type Rejection } from '../../src/index.ts'
import { makeGuard, rejectionOf, requestRejectionOf, requestWith } from '../support/guards.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, issuer, makePairSigner, testTime } from '../support/tokens.ts'
import { trapCryptography } from '../support/trap-cryptography.ts'

const signer = await makePairSigner('ES256', 'key-1')
const guard = makeGuard([signer])
const token = craft(signer)

test('E28 the scheme is read in any case', async () => {
  for (const scheme of ['bearer', 'BEARER', 'BeArEr']) await guard.check(requestWith(`${scheme} ${token}`))
})

for (const [authorization, status] of [
  ['Bearer', 400],
  ['Bearer  x', 400],
  ['Bearer a b', 400],
  ['Bearer a,b', 400],
  ['Bearer\tx', 400],
  ['Bearer \u00e9', 400],
  [`Bearer ${token}, Bearer ${token}`, 400],
  [`Bearer "${token}"`, 400],
  ['Basic Og==', 401],
  [`DPoP ${token}`, 401],
  [token, 401],
] as const) {
  test(`E28 the header ${JSON.stringify(authorization.slice(0, 20))} is answered with ${status}`, async () => {
    assert.equal((await requestRejectionOf(guard, requestWith(authorization))).status, status)
  })
}

for (const url of [
  `https://api.example/?access_token=${token}`,
  `https://api.example/items?a=b&access_token=${token}`,
]) {
  test(`E29 a token in the URL opens nothing and is told to nobody: ${url.slice(0, 40)}`, async () => {
    const rejections: Rejection[] = []
    const watched = makeGuard([signer], { onReject: (rejection) => rejections.push(rejection) })
    const rejection = await requestRejectionOf(watched, requestWith(undefined, url))
    assert.equal(rejection.status, 401)
    assert.equal(rejections[0]?.reason, 'token_in_query')
    assert.ok(!JSON.stringify([rejections, rejection.headers, rejection.body, rejection.message]).includes(token))
  })
}

test('E30 no token, a bad token, a wrong scope, a wrong audience: 401 without error, 401, 403, 401', async () => {
  const answers = [
    await requestRejectionOf(guard, requestWith()),
    await requestRejectionOf(guard, requestWith('Bearer bad')),
    await requestRejectionOf(guard, requestWith(`Bearer ${token}`), { scopes: ['admin'] }),
    await requestRejectionOf(
      guard,
      requestWith(`Bearer ${craft(signer, { claims: { aud: 'https://other.example' } })}`),
    ),
  ]
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, /error="(\w+)"/.exec(headers['www-authenticate'] ?? '')?.[1]]),
    [
      [401, undefined],
      [401, 'invalid_token'],
      [403, 'insufficient_scope'],
      [401, 'invalid_token'],
    ],
  )
  for (const { headers, body } of answers) {
    assert.equal(headers['cache-control'], 'no-store')
    assert.doesNotMatch(JSON.stringify(body), /\.ts|node:|Error/)
  }
})

test('E30 what is told to the operator is short, printable and holds no token', async () => {
  const rejections: Rejection[] = []
  const watched = makeGuard([signer], { onReject: (rejection) => rejections.push(rejection) })
  for (const claims of [{ aud: '\u001b[2J\r\nadmin' }, { iss: 'x'.repeat(9000) }, { scope: 'a '.repeat(5000) }]) {
    await requestRejectionOf(watched, requestWith(`Bearer ${craft(signer, { claims })}`), { scopes: ['z'] })
  }
  assert.equal(rejections.length, 3)
  for (const { expected, received } of rejections) {
    assert.match(`${expected}${received}`, /^[\x20-\x7e]{1,200}$/)
  }
})

const failing: readonly (readonly [what: string, options: Partial<GuardOptions>])[] = [
  [
    'that throws',
    {
      onReject: () => {
        throw new Error('disk full')
      },
    },
  ],
  ['that rejects', { onReject: () => Promise.reject(new Error('disk full')) }],
  ['that rejects, of another realm', { onReject: runInNewContext('() => Promise.reject(new Error("disk full"))') }],
  [
    'that answers a thing that only looks like a promise',
    { onReject: runInNewContext('() => ({ then: (_, no) => no() })') },
  ],
  ['that answers true', { onReject: () => true }],
]
for (const [what, options] of failing) {
  test(`E33 a logger ${what} changes no answer`, async () => {
    const logged = makeGuard([signer], options)
    assert.equal((await requestRejectionOf(logged, requestWith())).status, 401)
    await assertRequestRejected(logged, craft(signer, { claims: { exp: 1 } }), 401, 'token_expired')
    await assertPasses(logged, token)
  })
}

test('E33 a logger of failures that throws changes no answer', async () => {
  const logged = createGuard({
    issuer,
    audience,
    fetch: () => Promise.reject(new Error('away')),
    onFailure: () => {
      throw new Error('disk full')
    },
  })
  await assertRequestRejected(logged, token, 503, 'issuer_unavailable')
})

for (const [what, fetch] of [
  [
    'throws',
    () => {
      throw new Error('away')
    },
  ],
  ['answers nothing', () => undefined],
  ['answers what is no response', async () => ({ status: 200 })],
] as const) {
  test(`E33 with a fetch that ${what}, nothing passes`, async () => {
    const broken = Reflect.apply(createGuard, undefined, [{ issuer, audience, fetch }])
    await assertRequestRejected(broken, token, 503, 'issuer_unavailable')
  })
}

test('E33 cryptography that fails lets nothing pass', async (t) => {
  const fresh = makeGuard([signer])
  trapCryptography(t)
  await assertRequestRejected(fresh, token, 503, 'verification_failed')
})

test('E33 cryptography that fails after the keys were imported lets nothing pass', async (t) => {
  const fresh = makeGuard([signer])
  await assertPasses(fresh, token)
  trapCryptography(t)
  const { cause } = await assertRequestRejected(
    fresh,
    craft(signer, { claims: { sub: 'ada' } }),
    503,
    'verification_failed',
  )
  assert.ok(cause instanceof RangeError)
})

test('E33 a clock that fails lets nothing pass, remembered or not', async () => {
  let fails = false
  const now = () => {
    if (fails) throw new Error('no clock')
    return testTime
  }
  const timed = makeGuard([signer], { now })
  await assertPasses(timed, token)
  fails = true
  for (const tried of [token, craft(signer, { claims: { sub: 'ada' } })]) {
    await assertRequestRejected(timed, tried, 503, 'verification_failed')
  }
})

for (const [what, request] of [
  ['undefined', undefined],
  ['without headers', { method: 'GET', url: 'https://api.example/' }],
  [
    'whose headers throw',
    {
      headers: {
        get: () => {
          throw new Error('gone')
        },
      },
    },
  ],
  ['whose header is a number', { headers: { get: () => 7 } }],
] as const) {
  test(`E33 a request ${what} does not pass`, async () => {
    const { status } = await rejectionOf(Reflect.apply(guard.check, undefined, [request]))
    assert.ok([401, 503].includes(status))
  })
}

for (const requirement of [
  { scope: ['me'] },
  { scopes: 'me' },
  { scopes: undefined },
  { scopes: null },
  null,
  ['me'],
  [],
  new Map([['scopes', ['me']]]),
  new Set(['me']),
  { scopes: new Set(['me']) },
  { scopes: ['me'], audience: 'x' },
]) {
  test(`E33 a route with the requirement ${inspect(requirement)} is closed, not open`, async () => {
    const check: Promise<unknown> = Reflect.apply(guard.check, undefined, [requestWith(`Bearer ${token}`), requirement])
    const { status, reason, cause } = await rejectionOf(check)
    assert.deepEqual([status, reason], [503, 'verification_failed'])
    assert.match(String(cause), /a requirement must be/)
  })
}

test('E33 a scope that was never set is one that no token has', async () => {
  for (const scopes of [new Array(2), [undefined], [null]]) {
    const check: Promise<unknown> = Reflect.apply(guard.check, undefined, [requestWith(`Bearer ${token}`), { scopes }])
    const { status, reason } = await rejectionOf(check)
    assert.deepEqual([status, reason], [403, 'scope_missing'])
  }
})

test("E33 a request of a framework is rejected with the name of what reads it, since nobody would find out from 'get is not a function'", async () => {
  const rejections: Rejection[] = []
  const watched = makeGuard([signer], { onReject: (rejection) => rejections.push(rejection) })
  for (const request of [
    undefined,
    null,
    7,
    {},
    { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } },
  ]) {
    const { status } = await rejectionOf(Reflect.apply(watched.check, undefined, [request]))
    assert.equal(status, 503)
  }
  for (const { reason, expected } of rejections) {
    assert.deepEqual(
      [reason, expected],
      ['verification_failed', 'a web-standard Request; for others there is @countersign/guard/node'],
    )
  }
})

test('E33 a missing token is rejected as missing, and a token that is not a string is malformed', async () => {
  const rejectionFor = (given: unknown) => rejectionOf(Reflect.apply(guard.checkToken, undefined, [given]))
  for (const given of [undefined, null]) {
    const { status, reason, headers } = await rejectionFor(given)
    assert.deepEqual([status, reason], [401, 'token_missing'])
    assert.equal(headers['www-authenticate'], 'Bearer')
  }
  for (const given of [5, {}, [], [token], new String(token), Symbol('x'), requestWith(`Bearer ${token}`)]) {
    const { status, reason } = await rejectionFor(given)
    assert.deepEqual([status, reason], [401, 'token_malformed'])
  }
  const { reason } = await rejectionOf(Reflect.apply(guard.check, undefined, [token]))
  assert.equal(reason, 'verification_failed')
})

test('E33 the operator is informed why nothing could be decided, and the client is not', async () => {
  const rejections: Rejection[] = []
  const broken = makeGuard([signer], {
    onReject: (rejection) => rejections.push(rejection),
    now: () => {
      throw new Error('no clock')
    },
  })
  const { body } = await requestRejectionOf(broken, requestWith(`Bearer ${token}`))
  assert.match(String(rejections[0]?.cause), /no clock/)
  assert.doesNotMatch(JSON.stringify(body), /clock/)
})

test('M6 a token that is bound to a key does not pass as a bearer token', async () => {
  for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null, 'x', false]) {
    const rejection = await assertRequestRejected(guard, craft(signer, { claims: { cnf } }), 401, 'proof_unsupported')
    assert.match(rejection.headers['www-authenticate'] ?? '', /error="invalid_token"/)
  }
})

test('E24 a remembered token is rejected when it has ended', async () => {
  let time = testTime
  const timed = makeGuard([signer], { now: () => time })
  const access = await assertPasses(timed, token)
  assert.equal(await timed.checkToken(token), access)
  time = testTime + 600
  await assertRequestRejected(timed, token, 401, 'token_expired')
})
