/** OpenID Connect RP-Initiated Logout 1.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logoutUrl } from '../../src/oauth/logout-url.ts'
import { startIssuer } from '../support/issuer.ts'
import { configFor } from '../support/logins.ts'

test('§2 the URL has the ID token, the client, the redirect URI and the state', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer, { postLogoutRedirectUri: 'https://notes.example/bye' })
  const tokens = { accessToken: 'access-1', tokenType: 'Bearer', scopes: [], idToken: 'a.b.c' } as const
  const url = new URL(await logoutUrl(config, tokens, { state: 'x' }))
  assert.equal(url.pathname, '/logout')
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    id_token_hint: 'a.b.c',
    client_id: 'notes',
    post_logout_redirect_uri: 'https://notes.example/bye',
    state: 'x',
  })
  assert.ok(!url.href.includes('access-1'))
})

test('§2 without tokens the client is enough', async (t) => {
  const issuer = await startIssuer(t)
  assert.equal(await logoutUrl(configFor(issuer), undefined), `${issuer.url}/logout?client_id=notes`)
})
