/** @countersign/client with an issuer that isn't ours: oidc-provider. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createClient, type Fetch } from '@countersign/client'
import { agreeAt, startForeignIssuer } from '../support/foreign-issuer.ts'

const redirectUri = 'http://127.0.0.1:9/callback'
const postLogoutRedirectUri = 'http://127.0.0.1:9/bye'
const clientSecret = 'the secret: of a client & more'

async function start(t: TestContext, features: object = {}): Promise<string> {
  return await startForeignIssuer(t, {
    features: { revocation: { enabled: true }, clientCredentials: { enabled: true }, ...features },
    clients: [
      {
        client_id: 'notes',
        client_secret: clientSecret,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [postLogoutRedirectUri],
      },
    ],
  })
}

test('a login by code, a renewal, a call, revocation and logout', async (t) => {
  const issuer = await start(t, { pushedAuthorizationRequests: { enabled: false } })
  const options = { issuer, clientId: 'notes', clientSecret, redirectUri, postLogoutRedirectUri }
  const client = createClient({ ...options, scope: 'openid offline_access' })
  const url = await client.authorizationUrl({ prompt: 'consent', maxAge: 60 })
  const tokens = await client.callback(await agreeAt(url, 'ada'))
  assert.equal((await client.user())?.sub, 'ada')
  assert.ok(tokens.refreshToken)

  const userinfo = await client.fetch(`${issuer}/me`)
  assert.equal(JSON.parse(await userinfo.text()).sub, 'ada')
  const renewed = await client.refresh()
  assert.notEqual(renewed.accessToken, tokens.accessToken)
  assert.equal(renewed.claims?.sub, 'ada')

  const logout = new URL(await client.logout())
  assert.equal(logout.origin, issuer)
  assert.equal((await fetch(logout, { redirect: 'manual' })).status, 200)
  await client.keep(renewed)
  await client.revoke()
  await client.keep(renewed)
  await assert.rejects(client.refresh(), { code: 'login_required', error: 'invalid_grant' })
})

test('RFC 9126 where it takes pushed requests, the browser brings their reference alone', async (t) => {
  const features = { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } }
  const issuer = await start(t, features)
  const requested: string[] = []
  const recorded: Fetch = async (input, init) => {
    requested.push(new URL(String(input)).pathname)
    return await fetch(input, init)
  }
  const client = createClient({ issuer, clientId: 'notes', clientSecret, redirectUri, fetch: recorded })
  const url = await client.authorizationUrl()
  assert.deepEqual([...new URL(url).searchParams.keys()], ['client_id', 'request_uri'])
  assert.ok(requested.includes('/request'))
  await client.callback(await agreeAt(url, 'ada'))
  assert.equal((await client.user())?.sub, 'ada')
})

test('RFC 8707 a token for one API, as a JWT, and tokens of the client’s own', async (t) => {
  const resource = 'https://api.example/items'
  const issuer = await start(t, {
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'items', accessTokenFormat: 'jwt' }),
    },
  })
  const client = createClient({ issuer, clientId: 'notes', clientSecret, redirectUri, resource, scope: 'openid items' })
  await client.callback(await agreeAt(await client.authorizationUrl(), 'ada'))
  assert.equal(audienceOf(await client.accessToken()), resource)
  await client.clientCredentials({ scope: 'items' })
  assert.equal(audienceOf(await client.accessToken()), resource)
  await assert.rejects(client.fetch(`${issuer}/me`), { code: 'api_not_allowed' })
})

test('a rejection is reported by its code', async (t) => {
  const issuer = await start(t)
  const client = createClient({ issuer, clientId: 'notes', clientSecret: 'wrong', redirectUri })
  await assert.rejects(client.clientCredentials(), { code: 'request_rejected', error: 'invalid_client', status: 401 })
})

function audienceOf(accessToken: string): unknown {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).aud
}
