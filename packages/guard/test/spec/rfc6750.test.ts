/** RFC 6750: bearer token usage. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatChallenge, readBearer } from '../../src/index.ts'

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
  test(`§3 a value outside the permitted set is refused, not written: ${JSON.stringify(value)}`, () => {
    const refusal = { name: 'TypeError', message: /must be/ }
    assert.throws(() => formatChallenge({ realm: value }), refusal)
    assert.throws(() => formatChallenge({ errorDescription: value }), refusal)
    assert.throws(() => formatChallenge({ scope: value }), refusal)
    assert.throws(() => formatChallenge({ resourceMetadata: value }), refusal)
  })
}
