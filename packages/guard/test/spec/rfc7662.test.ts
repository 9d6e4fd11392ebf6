/** RFC 7662: token introspection, as a protected resource asks for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../../src/index.ts'
import {
  activeAnswer,
  clientId,
  clientSecret,
  introspectionPath,
  makeIntrospectionGuard,
  serveIntrospection,
} from '../support/introspection.ts'
import { metadataPath, startIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

test('§2.1 the token is posted in a form, with its kind', async (t) => {
  const issuer = await startIssuer(t)
  const { answer, requests } = serveIntrospection(issuer)
  answer(() => activeAnswer)
  await assertPasses(makeIntrospectionGuard(issuer), 'opaque+/token==')
  const [request] = requests
  assert.equal(request?.method, 'POST')
  assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(request.headers.accept, 'application/json')
  const form = [...new URLSearchParams(request.body)]
  assert.deepEqual(form, [
    ['token', 'opaque+/token=='],
    ['token_type_hint', 'access_token'],
  ])
})

test('§2.1 the guard authenticates with its own credentials, form-encoded first (RFC 6749 §2.3.1)', async (t) => {
  const issuer = await startIssuer(t)
  const { answer, requests } = serveIntrospection(issuer)
  answer(() => activeAnswer)
  const introspection = { clientId: 'items:api', clientSecret: 'pass word/ü' }
  await assertPasses(makeIntrospectionGuard(issuer, { options: { introspection } }), 'token')
  const expected = Buffer.from('items%3Aapi:pass+word%2F%C3%BC').toString('base64')
  assert.equal(requests[0]?.headers.authorization, `Basic ${expected}`)
})

test('§2.1 an endpoint that is given needs no discovery', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => activeAnswer)
  const endpoint = `${issuer.url}${introspectionPath}`
  const guard = createGuard({ introspection: { endpoint, clientId, clientSecret }, now: () => testTime })
  await assertPasses(guard, 'token')
  assert.equal(issuer.countOf(metadataPath), 0)
})

test('§2.2 what is said of an active token is what the request may do', async (t) => {
  const issuer = await startIssuer(t)
  const answer = { ...activeAnswer, iss: issuer.url, aud: audience, username: 'tim@example.com' }
  serveIntrospection(issuer).answer(() => answer)
  const access = await assertPasses(makeIntrospectionGuard(issuer), 'token')
  assert.deepEqual(access, {
    subject: 'tim',
    clientId: 'app',
    scopes: ['me', 'items'],
    expiresAt: testTime + 600,
    tokenId: 'token-1',
    claims: answer,
  })
})

test('§2.2 little is required: that it is active, of whom, and that it is an access token', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => ({ active: true, sub: 'tim', token_type: 'Bearer' }))
  const access = await assertPasses(makeIntrospectionGuard(issuer), 'token')
  const { subject, clientId: issuedTo, scopes, expiresAt, tokenId } = access
  assert.deepEqual([subject, issuedTo, scopes, expiresAt, tokenId], ['tim', undefined, [], undefined, undefined])
})

test('§2.2 a token without a subject speaks for its client', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => ({ active: true, client_id: 'worker', token_type: 'Bearer' }))
  assert.equal((await assertPasses(makeIntrospectionGuard(issuer), 'token')).subject, 'worker')
})

for (const tokenType of ['Bearer', 'bearer', 'BEARER']) {
  test(`§2.2 the token_type of an access token passes in any case: ${tokenType}`, async (t) => {
    const issuer = await startIssuer(t)
    serveIntrospection(issuer).answer(() => ({ ...activeAnswer, token_type: tokenType }))
    await assertPasses(makeIntrospectionGuard(issuer), 'token')
  })
}

const refused: readonly (readonly [reason: string, members: Readonly<Record<string, unknown>>])[] = [
  ['token_inactive', { active: false }],
  ['token_inactive', { active: undefined }],
  ['token_inactive', { active: 'true' }],
  ['token_inactive', { active: 1 }],
  ['type_mismatch', { token_type: 'refresh_token' }],
  ['type_mismatch', { token_type: 'N_A' }],
  ['type_mismatch', { token_type: ['bearer'] }],
  ['type_mismatch', { token_use: 'refresh_token' }],
  // RFC 9449 §6.2: a token of the type DPoP is bound to the key of cnf.jkt; it is no Bearer token for lack of that.
  ['type_mismatch', { token_type: 'DPoP' }],
  ['type_mismatch', { token_type: 'dpop', cnf: null }],
  ['type_mismatch', { token_type: 'dpop', cnf: 'x' }],
  ['type_mismatch', { token_type: 'dpop', cnf: {} }],
  ['type_mismatch', { token_type: 'dpop', cnf: { jkt: 7 } }],
  ['type_mismatch', { token_type: 'dpop', cnf: { jkt: '' } }],
  ['proof_unsupported', { token_type: 'dpop', cnf: { jkt: 'thumbprint' } }],
  ['token_expired', { exp: testTime }],
  ['expiry_invalid', { exp: String(testTime + 600) }],
  ['expiry_invalid', { exp: null }],
  ['token_not_yet_valid', { nbf: testTime + 31 }],
  ['not_before_invalid', { nbf: 'now' }],
  ['token_not_yet_valid', { iat: testTime + 31 }],
  ['issued_at_invalid', { iat: {} }],
  ['issuer_mismatch', { iss: 'https://other.example' }],
  ['issuer_mismatch', { iss: null }],
  ['audience_mismatch', { aud: undefined }],
  ['audience_mismatch', { aud: 'https://other.example' }],
  ['audience_mismatch', { aud: ['https://api.example.evil'] }],
  ['audience_mismatch', { aud: { 0: audience } }],
  ['subject_invalid', { sub: undefined, client_id: undefined }],
  ['subject_invalid', { sub: 7 }],
  ['subject_invalid', { sub: '' }],
  ['client_id_invalid', { client_id: 'a\nb' }],
  ['scope_invalid', { scope: ['me'] }],
  ['token_id_invalid', { jti: 7 }],
]
for (const [reason, members] of refused) {
  test(`§2.2 ${reason} when the answer has ${JSON.stringify(members)} ${Object.keys(members)}`, async (t) => {
    const issuer = await startIssuer(t)
    serveIntrospection(issuer).answer(() => ({ ...activeAnswer, aud: [audience], ...members }))
    const guard = makeIntrospectionGuard(issuer, { options: { audience: audience } })
    const { body } = await assertRequestRejected(guard, 'token', 401, reason)
    assert.equal(body['error'], 'invalid_token')
  })
}

test('§2.2 a token without token_type may be a refresh token: it passes only where its audience is compared', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => ({ ...activeAnswer, token_type: undefined, aud: audience }))
  await assertRequestRejected(makeIntrospectionGuard(issuer), 'token', 401, 'type_mismatch')
  await assertPasses(makeIntrospectionGuard(issuer, { options: { audience } }), 'token')
})

for (const status of [401, 403]) {
  test(`§2.3 ${status} is about the guard's own credentials: 503, and the operator is informed the fix`, async (t) => {
    const issuer = await startIssuer(t)
    serveIntrospection(issuer)
    issuer.serve(introspectionPath, () => ({ status, body: { error: 'invalid_client' } }))
    const told: string[] = []
    const options = { onFailure: ({ message }: { message: string }) => told.push(message) }
    const { headers } = await assertRequestRejected(
      makeIntrospectionGuard(issuer, { options }),
      'token',
      503,
      'issuer_unavailable',
    )
    assert.ok(headers['retry-after'])
    assert.match(told.join(), new RegExp(`${status}: introspection.clientId and clientSecret must be`))
  })
}

test('§4 an answer counts for a while, and for no longer', async (t) => {
  const issuer = await startIssuer(t)
  const { answer, requests } = serveIntrospection(issuer)
  answer(() => activeAnswer)
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock })
  const access = await assertPasses(guard, 'token')
  clock.moveTo(testTime + 9.9)
  assert.equal(await assertPasses(guard, 'token'), access)
  assert.equal(requests.length, 1)
  clock.moveTo(testTime + 10)
  await assertPasses(guard, 'token')
  assert.equal(requests.length, 2)
})
