/** A guard that introspects opaque tokens at another issuer, oidc-provider. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createGuard } from '@countersign/guard'
import { agreeAt, startForeignIssuer } from '../support/foreign-issuer.ts'
import { startGuardedApi } from '../support/guarded-api.ts'

const redirectUri = 'https://app.example.com/cb'
const app = { client_id: 'app', client_secret: 'a secret of the app, long enough for it' }
const api = { client_id: 'items-api', client_secret: 'a secret: of the API (100 % its own)' }

/** Form-encoded first (RFC 6749 §2.3.1). */
function basic({ client_id, client_secret }: typeof app): { authorization: string } {
  const [id, secret] = [client_id, client_secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1))
  return { authorization: `Basic ${btoa(`${id}:${secret}`)}` }
}

test('an access token of another issuer is accepted until it is revoked; its refresh token never', async (t) => {
  const issuer = await startForeignIssuer(t, {
    features: { introspection: { enabled: true }, revocation: { enabled: true } },
    scopes: ['openid', 'offline_access', 'items'],
    clients: [
      { ...app, redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token'] },
      { ...api, redirect_uris: [], grant_types: [], response_types: [] },
    ],
  })
  const verifier = randomBytes(32).toString('base64url')
  const request = {
    client_id: app.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid offline_access items',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  const callback = await agreeAt(`${issuer}/auth?${new URLSearchParams(request)}`, 'ada')
  const form = {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }
  const post = (path: string, body: Readonly<Record<string, string>>) =>
    fetch(`${issuer}${path}`, { method: 'POST', headers: basic(app), body: new URLSearchParams(body) })
  const response = await post('/token', form)
  const body = await response.text()
  assert.equal(response.status, 200, body)
  const tokens = JSON.parse(body)

  const reasons: string[] = []
  const guard = createGuard({
    issuer,
    introspection: { clientId: api.client_id, clientSecret: api.client_secret, cacheFor: 0 },
    onReject: ({ reason }) => reasons.push(reason),
  })
  const { statusOf } = await startGuardedApi(t, guard)
  assert.equal(await statusOf(tokens.access_token), 200, reasons.join())
  const { subject, clientId, scopes } = await guard.checkToken(tokens.access_token)
  assert.deepEqual([subject, clientId, scopes], ['ada', 'app', ['openid', 'offline_access', 'items']])
  assert.equal(await statusOf(tokens.refresh_token), 401)
  assert.equal((await post('/token/revocation', { token: tokens.access_token })).status, 200)
  assert.equal(await statusOf(tokens.access_token), 401)
  assert.deepEqual(reasons, ['type_mismatch', 'token_inactive'])
})
