/** RFC 8707: Resource Indicators for OAuth 2.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { requestClientCredentials } from '../../src/oauth/client-credentials.ts'
import { refreshTokens } from '../../src/oauth/refresh.ts'
import { startIssuer, tokenResponse } from '../support/issuer.ts'
import { configFor, logIn } from '../support/logins.ts'

const resource = ['https://api.example/items', 'https://api.example/notes']

test('§2.1 each resource is its own parameter in the authorization URL', async (t) => {
  const { url } = await beginLogin(configFor(await startIssuer(t), { resource }))
  assert.deepEqual(new URL(url).searchParams.getAll('resource'), resource)
})

test('§2.2 and in each token request: code, refresh token, client credentials', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer, { resource, clientSecret: 's3cret' })
  const tokens = await logIn(issuer, config)
  issuer.routes['/token'] = () => ({ body: tokenResponse() })
  await refreshTokens(config, tokens)
  await requestClientCredentials(config)
  const forms = issuer.posted('/token')
  assert.equal(forms.length, 3)
  for (const form of forms) assert.deepEqual(form.getAll('resource'), resource)
})
