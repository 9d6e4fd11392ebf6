/** @countersign/guard/mcp in and instead of requireBearerAuth of @modelcontextprotocol/server, and in that of @modelcontextprotocol/sdk 1. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import {
  InvalidTokenError,
  ServerError,
  OAuthError as Version1Error,
} from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth as version1 } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { type AuthInfo, OAuthError, requireBearerAuth } from '@modelcontextprotocol/server'
import express from 'express'
import { protect, tokenVerifier } from '../../src/adapters/mcp.ts'
import { createGuard, type Guard } from '../../src/index.ts'
import { ask, makeBrokenGuard, makeGuard, makeToken, portOf } from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'
import { boundToken, makeClient, makeProof, makeProvingGuard, requestWith } from '../support/proofs.ts'

// The SDK looks at the clock of this machine.
const now = Math.floor(Date.now() / 1000)
const lifetime = { iat: now, exp: now + 600 }
const resource = 'https://api.example/v1'
const metadataUrl = 'https://api.example/.well-known/oauth-protected-resource/v1'

function makeGate(guard: Guard = makeGuard({ now: () => now })) {
  const verifier = tokenVerifier(guard, OAuthError)
  const gate = requireBearerAuth({
    verifier,
    requiredScopes: ['items'],
    resourceMetadataUrl: metadataUrl,
    expectedResource: new URL(resource),
  })
  return (authorization?: string) =>
    gate(new Request(resource, { method: 'POST', headers: authorization === undefined ? {} : { authorization } }))
}

test('mcp: a good token passes, with its expiry, its resource and the scopes that its scopes include', async () => {
  const token = makeToken({ ...lifetime, scope: 'items:all' })
  const found = await makeGate()(`Bearer ${token}`)
  assert.ok(!(found instanceof Response))
  const { extra, resource: forResource, scopes, ...rest } = found
  assert.deepEqual(rest, { token, clientId: 'app', expiresAt: lifetime.exp, resourceMetadataUrl: metadataUrl })
  assert.deepEqual([...scopes].sort(), ['items', 'items:all'])
  assert.equal(forResource?.href, resource)
  assert.equal(extra?.['subject'], 'tim')
})

for (const [what, status, error, claims] of [
  ['an expired token', 401, 'invalid_token', { iat: now - 700, exp: now - 600 }],
  ['a token for another resource', 401, 'invalid_token', { ...lifetime, aud: 'https://other.example' }],
  ['a token that is bound to a key', 401, 'invalid_token', { ...lifetime, cnf: { jkt: 'x' } }],
  ['a token without the scope', 403, 'insufficient_scope', { ...lifetime, scope: 'me' }],
] as const) {
  test(`mcp: ${what} is answered ${status} by the SDK, with where the metadata is`, async () => {
    const answer = await makeGate()(`Bearer ${makeToken(claims)}`)
    assert.ok(answer instanceof Response)
    assert.equal(answer.status, status)
    const challenge = answer.headers.get('www-authenticate') ?? ''
    assert.ok(challenge.includes(`error="${error}"`))
    assert.ok(challenge.includes(`resource_metadata="${metadataUrl}"`))
    assert.doesNotMatch(await answer.text(), /eyJ/)
  })
}

test('mcp: no token is answered 401', async () => {
  const answer = await makeGate()()
  assert.ok(answer instanceof Response)
  assert.equal(answer.status, 401)
})

test('mcp: an issuer that cannot be reached is no reason to log in again', async () => {
  const away: typeof fetch = () => Promise.reject(new TypeError('fetch failed'))
  const guard = createGuard({ issuer: 'https://away.example', audience: resource, metadata: true, fetch: away })
  const answer = await makeGate(guard)(`Bearer ${makeToken({ ...lifetime, iss: 'https://away.example' })}`)
  assert.ok(answer instanceof Response)
  assert.equal(answer.status, 500)
  assert.equal(answer.headers.get('www-authenticate'), null)
})

test('mcp: an error that the guard did not foresee lets nobody in', async () => {
  const broken: Guard = { ...makeGuard(), checkToken: () => Promise.reject(new Error('the guard is broken')) }
  const answer = await makeGate(broken)(`Bearer ${makeToken(lifetime)}`)
  assert.ok(answer instanceof Response)
  assert.equal(answer.status, 500)
})

test('mcp: protect hands the SDK the same', async () => {
  const token = makeToken({ ...lifetime, scope: 'items' })
  const request = new Request(resource, { headers: { authorization: `Bearer ${token}` } })
  const found: AuthInfo | Response = await protect(makeGuard({ now: () => now }), { scopes: ['items'] })(request)
  assert.ok(!(found instanceof Response))
  assert.deepEqual(found, await makeGate()(`Bearer ${token}`))
})

test('mcp: protect lets a token that is bound to a key pass with its proof', async () => {
  const client = await makeClient()
  const token = boundToken(client)
  const gate = protect(makeProvingGuard({}, { metadata: true }))
  const found = await gate(requestWith(token, makeProof(client, token)))
  assert.ok(!(found instanceof Response))
  assert.equal(found.token, token)
  const refused = await gate(requestWith(token))
  assert.ok(refused instanceof Response)
  assert.equal(refused.status, 401)
})

test("mcp: protect answers with the guard's own challenge, and lets nobody in by mistake", async () => {
  const gate = protect(makeGuard(), { scopes: ['items'] })
  const answer = await gate(new Request(resource))
  assert.ok(answer instanceof Response)
  assert.equal(answer.status, 401)
  const challenge = answer.headers.get('www-authenticate') ?? ''
  assert.match(challenge, /scope="items"/)
  assert.ok(challenge.includes(`resource_metadata="${metadataUrl}"`))
  await assert.rejects(protect(makeBrokenGuard())(new Request(resource)), /the guard is broken/)
})

test('mcp: what an introspection endpoint does not tell is left out, and the SDK rejects a token without an end', async () => {
  const endless: Guard = {
    ...makeGuard(),
    checkToken: async () => ({
      subject: 'tim',
      clientId: undefined,
      scopes: ['items'],
      expiresAt: undefined,
      tokenId: undefined,
      claims: {},
    }),
  }
  const { expiresAt, clientId } = await tokenVerifier(endless, OAuthError).verifyAccessToken('x')
  assert.deepEqual([expiresAt, clientId], [undefined, ''])
  const answer = await makeGate(endless)('Bearer x')
  assert.ok(answer instanceof Response)
  assert.equal(answer.status, 401)
})

test('mcp: a guard without metadata is rejected at the start, since MCP needs it', () => {
  const guard = createGuard({ issuer: 'https://auth.example', audience: resource })
  assert.throws(() => tokenVerifier(guard, OAuthError), /metadata/)
  assert.throws(() => protect(guard), /metadata/)
})

/** Answers 200 to what requireBearerAuth of version 1 lets through. */
async function startVersion1(t: TestContext, guard: Guard): Promise<number> {
  const app = express()
  const verifier = tokenVerifier(guard, { InvalidTokenError, ServerError })
  app.use(version1({ verifier, requiredScopes: ['items'], resourceMetadataUrl: metadataUrl }), (request, response) => {
    response.json(request.auth)
  })
  return portOf(await listen(t, createServer(app)))
}

test('mcp: version 1 of the SDK lets a good token pass, and answers others with a challenge that clients renew by', async (t) => {
  const port = await startVersion1(t, makeGuard({ now: () => now }))
  const post = (claims: object) =>
    ask(port, 'POST', '/mcp', ['Authorization', `Bearer ${makeToken({ ...lifetime, ...claims })}`])
  const passed = await post({ scope: 'items' })
  assert.equal(passed.status, 200)
  const { clientId, extra, resource: forResource } = JSON.parse(passed.body)
  assert.deepEqual([clientId, extra.subject, forResource], ['app', 'tim', resource])
  for (const [status, error, claims] of [
    [401, 'invalid_token', { iat: now - 700, exp: now - 600 }],
    [401, 'invalid_token', { aud: 'https://other.example' }],
    [401, 'invalid_token', { cnf: { jkt: 'x' } }],
    [403, 'insufficient_scope', { scope: 'me' }],
  ] as const) {
    const { status: answered, headers, body } = await post(claims)
    assert.deepEqual([answered, JSON.parse(body).error], [status, error])
    const challenge = headers['www-authenticate'] ?? ''
    assert.ok(challenge.includes(`error="${error}"`))
    assert.ok(challenge.includes(`resource_metadata="${metadataUrl}"`))
  }
})

test('mcp: version 1 of the SDK answers 500 while the issuer is away, and to an error that the guard did not foresee', async (t) => {
  const away: typeof fetch = () => Promise.reject(new TypeError('fetch failed'))
  const guard = createGuard({ issuer: 'https://away.example', audience: resource, metadata: true, fetch: away })
  const broken: Guard = { ...makeGuard(), checkToken: () => Promise.reject(new Error('the guard is broken')) }
  for (const failing of [guard, broken]) {
    const port = await startVersion1(t, failing)
    const { status, headers, body } = await ask(port, 'POST', '/mcp', [
      'Authorization',
      `Bearer ${makeToken(lifetime)}`,
    ])
    assert.deepEqual([status, headers['www-authenticate'], JSON.parse(body).error], [500, undefined, 'server_error'])
  }
})

test("mcp: version 1's OAuthError, which takes other parameters, does not compile, and is rejected at the start", () => {
  const message =
    /give OAuthError of @modelcontextprotocol\/server, or \{ InvalidTokenError, ServerError \} of @modelcontextprotocol\/sdk/
  // @ts-expect-error Its first parameter is the message, its second a URL.
  assert.throws(() => tokenVerifier(makeGuard(), Version1Error), { name: 'TypeError', message })
  // @ts-expect-error The same for its subclasses.
  assert.throws(() => tokenVerifier(makeGuard(), InvalidTokenError), { name: 'TypeError', message })
  // @ts-expect-error Without ServerError, an issuer that is away would be a reason to log in again.
  assert.throws(() => tokenVerifier(makeGuard(), { InvalidTokenError }), { name: 'TypeError', message })
  // @ts-expect-error Nothing at all.
  assert.throws(() => tokenVerifier(makeGuard()), { name: 'TypeError', message })
})
