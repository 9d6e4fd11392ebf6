/** RFC 7009: OAuth 2.0 Token Revocation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../../src/client.ts'
import { revokeTokens } from '../../src/oauth/revoke.ts'
import { metadataOf, startIssuer } from '../support/issuer.ts'
import { clientOptions, configFor } from '../support/logins.ts'

const tokens = { accessToken: 'access-1', tokenType: 'Bearer', refreshToken: 'refresh-1', scopes: [] } as const

test('§2.1 the refresh token is revoked first, then the access token', async (t) => {
  const issuer = await startIssuer(t, { '/revoke': () => ({ body: '' }) })
  await revokeTokens(configFor(issuer), tokens)
  assert.deepEqual(
    issuer.posted('/revoke').map((form) => Object.fromEntries(form)),
    [
      { token: 'refresh-1', token_type_hint: 'refresh_token', client_id: 'notes' },
      { token: 'access-1', token_type_hint: 'access_token', client_id: 'notes' },
    ],
  )
})

test('§2.2.1 an error is reported, since the token may still be valid', async (t) => {
  const issuer = await startIssuer(t, { '/revoke': () => ({ status: 503, body: 'later' }) })
  await assert.rejects(revokeTokens(configFor(issuer), tokens), { code: 'response_invalid', status: 503 })
})

test('§2 an issuer without the endpoint is reported as such', async (t) => {
  const issuer = await startIssuer(t)
  const metadata = metadataOf(issuer, { revocation_endpoint: undefined })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  const rejected = { code: 'endpoint_missing', message: `${issuer.url} has no revocation_endpoint` }
  await assert.rejects(revokeTokens(configFor(issuer), tokens), rejected)
})

test('§2.2.1 after an outage the client still has its tokens, and revokes them at the next attempt', async (t) => {
  const issuer = await startIssuer(t)
  const client = createClient(clientOptions(issuer))
  await client.keep(tokens)
  for (const status of [429, 503]) {
    issuer.routes['/revoke'] = () => ({ status, body: 'later' })
    await assert.rejects(client.revoke(), { status })
    assert.equal(await client.accessToken(), 'access-1')
  }
  issuer.routes['/revoke'] = () => ({ body: '' })
  await client.revoke()
  assert.equal(issuer.posted('/revoke').at(-1)?.get('token'), 'access-1')
  assert.equal(await client.tokens(), undefined)
})

test('§2.2.1 after a rejection they are forgotten here', async (t) => {
  const issuer = await startIssuer(t, { '/revoke': () => ({ status: 400, body: { error: 'unsupported_token_type' } }) })
  const client = createClient(clientOptions(issuer))
  await client.keep(tokens)
  await assert.rejects(client.revoke(), { error: 'unsupported_token_type' })
  assert.equal(await client.tokens(), undefined)
  await client.revoke()
})

test('without a response they are kept', async () => {
  const client = createClient(clientOptions({ url: 'http://127.0.0.1:9' }))
  await client.keep(tokens)
  await assert.rejects(client.revoke(), { code: 'network_error' })
  assert.equal(await client.accessToken(), 'access-1')
})
