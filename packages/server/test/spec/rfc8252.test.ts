/** RFC 8252, OAuth 2.0 for native apps: which redirect URIs they may have, and how they match. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesRedirectUri } from '../../src/domain/redirect-uri.ts'
import { parseClientMetadata } from '../../src/oauth/client-metadata.ts'

function nativeApp(...redirectUris: readonly string[]) {
  const { client, problems } = parseClientMetadata(
    {
      client_id: 'app',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: redirectUris,
    },
    {},
  )
  assert.deepEqual(problems, undefined)
  assert.ok(client)
  return client
}

test('§7.1 a private-use scheme made of a domain name can be registered, and matches whole', () => {
  const client = nativeApp('com.example.app:/oauth2redirect/example-provider')
  assert.equal(matchesRedirectUri(client, 'com.example.app:/oauth2redirect/example-provider'), true)
  assert.equal(matchesRedirectUri(client, 'com.example.app://oauth2redirect/example-provider'), false)
  assert.equal(matchesRedirectUri(client, 'com.example.app:/oauth2redirect'), false)
})

test('§7.1 a scheme without a period can not be registered', () => {
  const { problems } = parseClientMetadata(
    { client_id: 'app', application_type: 'native', redirect_uris: ['myapp:/cb'] },
    {},
  )
  assert.match(problems?.[0]?.message ?? '', /scheme made of a domain name/)
})

test('§7.2 a claimed https URI matches whole', () => {
  const client = nativeApp('https://app.example.com/oauth2redirect')
  assert.equal(matchesRedirectUri(client, 'https://app.example.com/oauth2redirect'), true)
  assert.equal(matchesRedirectUri(client, 'https://app.example.com:8443/oauth2redirect'), false)
})

test('§7.3 a loopback URI matches with any port, which the app gets from the system at the time of the request', () => {
  const client = nativeApp('http://127.0.0.1/oauth2redirect', 'http://[::1]/oauth2redirect')
  for (const port of [1024, 51_004, 61_023, 65_535]) {
    assert.equal(matchesRedirectUri(client, `http://127.0.0.1:${port}/oauth2redirect`), true)
    assert.equal(matchesRedirectUri(client, `http://[::1]:${port}/oauth2redirect`), true)
  }
})

test('§8.4 all of a redirect URI is registered, the path too', () => {
  const client = nativeApp('http://127.0.0.1/oauth2redirect')
  assert.equal(matchesRedirectUri(client, 'http://127.0.0.1:5000/'), false)
})
