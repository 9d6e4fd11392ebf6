/** RFC 7009: OAuth 2.0 Token Revocation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revokeTokens } from '../../src/revoke.ts'
import { metadataOf, startIssuer } from '../support/issuer.ts'
import { configOf } from '../support/logins.ts'

const tokens = { accessToken: 'access-1', tokenType: 'Bearer', refreshToken: 'refresh-1', scopes: [] } as const

test('§2.1 the refresh token is revoked first, then the access token', async (t) => {
  const issuer = await startIssuer(t, { '/revoke': () => ({ body: '' }) })
  await revokeTokens(configOf(issuer), tokens)
  assert.deepEqual(
    issuer.posted('/revoke').map((form) => Object.fromEntries(form)),
    [
      { token: 'refresh-1', token_type_hint: 'refresh_token', client_id: 'notes' },
      { token: 'access-1', token_type_hint: 'access_token', client_id: 'notes' },
    ],
  )
})

test('§2.2.1 an error is told, for then the token may still be good', async (t) => {
  const issuer = await startIssuer(t, { '/revoke': () => ({ status: 503, body: 'later' }) })
  await assert.rejects(revokeTokens(configOf(issuer), tokens), { code: 'answer_invalid', status: 503 })
})

test('§2 an issuer without the endpoint is told as that', async (t) => {
  const issuer = await startIssuer(t)
  const metadata = metadataOf(issuer, { revocation_endpoint: undefined })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  const refused = { code: 'endpoint_missing', message: `${issuer.url} has no revocation_endpoint` }
  await assert.rejects(revokeTokens(configOf(issuer), tokens), refused)
})
