/** RFC 6750: bearer token usage. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatChallenge, readBearer } from '../../src/index.ts'
import { makeGuard, rejectionOf, requestRejectionOf, requestWith } from '../support/guards.ts'
import { craft, makePairSigner, testTime, validClaims } from '../support/tokens.ts'

test('§2.1 a request without an Authorization header has no token', () => {
  assert.deepEqual(readBearer(undefined), { kind: 'absent' })
})

test('§2.1 the token of the RFC example is read', () => {
  assert.deepEqual(readBearer('Bearer mF_9.B5f-4.1JqM'), { kind: 'token', token: 'mF_9.B5f-4.1JqM' })
})

for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
  test(`§2.1 the scheme is read in any case: ${scheme}`, () => {
    assert.deepEqual(readBearer(`${scheme} x`), { kind: 'token', token: 'x' })
  })
}

for (const token of ['a', 'A-Z.a_z~0+9/', 'padded=', 'padded==', '....']) {
  test(`§2.1 every character of b64token is read: ${token}`, () => {
    assert.deepEqual(readBearer(`Bearer ${token}`), { kind: 'token', token })
  })
}

for (const header of [
  '',
  'Basic Og==',
  'Token x',
  'DPoP x',
  'Bearerish x',
  'Bearer2 x',
  'Bearer-x',
  ' Bearer x',
  'x',
]) {
  test(`§2.1 another scheme brings no bearer token: ${JSON.stringify(header)}`, () => {
    assert.deepEqual(readBearer(header), { kind: 'absent' })
  })
}

for (const header of ['Bearer', 'Bearer ', 'Bearer x ', 'Bearer =x', 'Bearer a, Bearer b', 'Bearer,x', 'Bearer "x"']) {
  test(`§2.1 what is not one b64token is malformed: ${JSON.stringify(header)}`, () => {
    assert.deepEqual(readBearer(header), { kind: 'malformed' })
  })
}

test('§3 a challenge without attributes is the scheme alone', () => {
  assert.equal(formatChallenge(), 'Bearer')
  assert.equal(formatChallenge({}), 'Bearer')
})

test('§3 attributes are quoted and separated by commas', () => {
  assert.equal(formatChallenge({ error: 'invalid_token' }), 'Bearer error="invalid_token"')
  assert.equal(
    formatChallenge({ error: 'insufficient_scope', scope: 'me items' }),
    'Bearer error="insufficient_scope", scope="me items"',
  )
  assert.equal(
    formatChallenge({ realm: 'example', error: 'invalid_token', errorDescription: 'The access token expired' }),
    'Bearer realm="example", error="invalid_token", error_description="The access token expired"',
  )
})

test('§3 the place of the protected resource metadata is told (RFC 9728 §5.1)', () => {
  const resourceMetadata = 'https://api.example/.well-known/oauth-protected-resource'
  assert.equal(formatChallenge({ resourceMetadata }), `Bearer resource_metadata="${resourceMetadata}"`)
})

for (const value of ['a"b', 'a\\b', 'a\r\nSet-Cookie: x=y', 'a\u0000b', 'a\tb', 'zażółć', '\u{1f512}', '\u007f']) {
  test(`§3 a value outside the permitted set is rejected, not written: ${JSON.stringify(value)}`, () => {
    const rejection = { name: 'TypeError', message: /must be/ }
    assert.throws(() => formatChallenge({ realm: value }), rejection)
    assert.throws(() => formatChallenge({ errorDescription: value }), rejection)
    assert.throws(() => formatChallenge({ scope: value }), rejection)
    assert.throws(() => formatChallenge({ resourceMetadata: value }), rejection)
  })
}

const signer = await makePairSigner('ES256', 'key-1')
const guard = makeGuard([signer])

test('§2.1 a request with a good token passes, and tells what it may do', async () => {
  const access = await guard.check(requestWith(`Bearer ${craft(signer)}`), { scopes: ['items'] })
  const { subject, clientId, scopes, expiresAt, tokenId, claims } = access
  assert.deepEqual([subject, clientId, scopes], ['tim', 'app', ['me', 'items']])
  assert.deepEqual([expiresAt, tokenId], [testTime + 600, 'token-1'])
  assert.deepEqual({ ...claims }, validClaims)
})

test('§2.1 several Authorization headers are malformed together', async () => {
  const headers = new Headers({ authorization: `Bearer ${craft(signer)}` })
  headers.append('authorization', `Bearer ${craft(signer)}`)
  const { status, reason } = await requestRejectionOf(guard, new Request('https://api.example/', { headers }))
  assert.deepEqual([status, reason], [400, 'authorization_malformed'])
})

test('§2.3 a token in the URL is not read, and told apart for the logs', async () => {
  const url = `https://api.example/items?page=2&access_token=${craft(signer)}`
  const { status, reason, headers } = await requestRejectionOf(guard, requestWith(undefined, url))
  assert.deepEqual([status, reason, headers['www-authenticate']], [401, 'token_in_query', 'Bearer'])
})

const inQuery = [
  'access_token=x',
  'page=2&access_token=x',
  'access%5Ftoken=x',
  '%61ccess_token=x',
  'access_token=',
  'access_token',
]
for (const query of inQuery) {
  test(`§2 a token in the header and one in the URL at once are 400: ${query}`, async () => {
    const url = `https://api.example/items?${query}`
    const { status, reason, body, headers } = await requestRejectionOf(
      guard,
      requestWith(`Bearer ${craft(signer)}`, url),
    )
    assert.deepEqual([status, reason, body['error']], [400, 'token_sent_twice', 'invalid_request'])
    assert.match(headers['www-authenticate'] ?? '', /^Bearer error="invalid_request", error_description="[^"]+"$/)
    assert.equal((await requestRejectionOf(guard, requestWith(undefined, url))).reason, 'token_in_query')
  })
}

for (const url of [
  'https://api.example/access_token=x',
  'https://api.example/items?my_access_token=x',
  'https://api.example/items?access_tokens=x',
  'https://api.example/items?next=access_token=x',
  'https://api.example/items?next=%26access_token=x',
  'https://api.example/items?ACCESS_TOKEN=x',
  'https://api.example/items?a=%zz&b=%',
]) {
  test(`§2.3 a parameter with another name is no token: ${url}`, async () => {
    await guard.check(requestWith(`Bearer ${craft(signer)}`, url))
  })
}

test('§3 a request without a token is challenged without an error, and with the scopes of the route', async () => {
  const rejection = await requestRejectionOf(guard, requestWith(), { scopes: ['me', 'items'] })
  assert.equal(rejection.status, 401)
  assert.equal(rejection.headers['www-authenticate'], 'Bearer scope="me items"')
  assert.equal(rejection.headers['cache-control'], 'no-store')
  assert.equal(rejection.body['error'], undefined)
})

test('§3 the challenge as a response has its status, headers and body', async () => {
  const response = (await requestRejectionOf(guard, requestWith('Bearer'))).toResponse()
  assert.equal(response.status, 400)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_request", error_description="/)
  assert.match(await response.text(), /^\{"error":"invalid_request","error_description":"[^"]+"\}$/)
})

test('§3 the realm is told', async () => {
  const { headers } = await requestRejectionOf(makeGuard([signer], { realm: 'items' }), requestWith())
  assert.equal(headers['www-authenticate'], 'Bearer realm="items"')
})

test('§3.1 a token that is not valid is answered with 401 invalid_token and no reason', async () => {
  const rejection = await requestRejectionOf(
    guard,
    requestWith(`Bearer ${craft(signer, { claims: { aud: 'other' } })}`),
  )
  assert.deepEqual([rejection.status, rejection.reason], [401, 'audience_mismatch'])
  assert.deepEqual([rejection.expected, rejection.received], ['"https://api.example"', '"other"'])
  assert.match(rejection.headers['www-authenticate'] ?? '', /error="invalid_token"/)
  assert.doesNotMatch(JSON.stringify(rejection.body), /audience|other/)
})

test('§3.1 a scope that is missing is 403 insufficient_scope with all scopes of the route', async () => {
  const request = requestWith(`Bearer ${craft(signer)}`)
  const rejection = await requestRejectionOf(guard, request, { scopes: ['me', 'admin'] })
  assert.deepEqual([rejection.status, rejection.reason], [403, 'scope_missing'])
  assert.match(rejection.headers['www-authenticate'] ?? '', /error="insufficient_scope".*, scope="me admin"$/)
  assert.deepEqual([rejection.expected, rejection.received], ['"me admin"', '"me items"'])
})

test('§3.1 scopes are compared whole', async () => {
  for (const scope of ['m', 'ME', 'me items', 'item', '']) {
    const rejection = await requestRejectionOf(guard, requestWith(`Bearer ${craft(signer)}`), { scopes: [scope] })
    assert.equal(rejection.reason, 'scope_missing')
  }
})

test('§2.1 a token by itself is checked the same way', async () => {
  const { subject } = await guard.checkToken(craft(signer), { scopes: ['me'] })
  assert.equal(subject, 'tim')
  for (const [token, reason] of [
    ['', 'token_malformed'],
    ['a b', 'token_malformed'],
    ['a.b', 'token_malformed'],
    [craft(signer, { claims: { cnf: { jkt: 'x' } } }), 'proof_unsupported'],
  ] as const) {
    assert.equal((await rejectionOf(guard.checkToken(token))).reason, reason)
  }
})
