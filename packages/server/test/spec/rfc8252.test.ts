/** RFC 8252, OAuth 2.0 for native apps: which redirect URIs they may have, how they match, and what they never get without a page. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { parseClientMetadata } from '../../src/clients/parse-metadata.ts'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { matchesRedirectUri } from '../../src/domain/redirect-uri.ts'
import { authorizeUrl, newPkce, passPages, requestOf, responseOf, userAgentOf } from '../support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

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

test('§7.1 a private-use scheme made of a domain name can be registered, and is compared as a whole', () => {
  const client = nativeApp('com.example.app:/oauth2redirect/example-provider')
  assert.equal(matchesRedirectUri(client, 'com.example.app:/oauth2redirect/example-provider'), true)
  assert.equal(matchesRedirectUri(client, 'com.example.app://oauth2redirect/example-provider'), false)
  assert.equal(matchesRedirectUri(client, 'com.example.app:/oauth2redirect'), false)
})

test('§7.1 an operator may register any private-use scheme, also one that is no domain name', () => {
  for (const uri of [
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'vscode://vendor.extension/did-authenticate',
    'exp://192.168.1.5:8081/--/callback',
    'myapp://cb',
    'myapp:cb',
    'MyApp:/cb',
  ]) {
    const client = nativeApp(uri)
    assert.equal(matchesRedirectUri(client, uri), true)
    assert.equal(matchesRedirectUri(client, `${uri}/`), false)
  }
})

test('§7.1 a code is sent to a scheme that is no domain name, and the page may post there', async (t) => {
  const client: ClientDeclaration = { ...onPhone, redirect_uris: ['cursor://vendor.app/cb?a=1'] }
  const agent = userAgentOf(await startServer(t, { clients: [client] }))
  const login = await agent.open(authorizeUrl(requestOf(client, newPkce())))
  assert.match(login.headers.get('content-security-policy') ?? '', /form-action 'self' cursor:/)
  const { url } = await passPages(agent, login)
  assert.match(url, /^cursor:\/\/vendor\.app\/cb\?a=1&code=[\w-]+&/)
})

test('§7.2 a claimed https URI is compared as a whole', () => {
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

test('§8.4 a redirect URI is registered with all its parts, the path too', () => {
  const client = nativeApp('http://127.0.0.1/oauth2redirect')
  assert.equal(matchesRedirectUri(client, 'http://127.0.0.1:5000/'), false)
})

const local: ClientDeclaration = {
  client_id: 'local',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1/cb', 'http://127.0.0.1:4000/cb', 'https://app.example.com/cb'],
}
const onPhone = { ...local, application_type: 'native', redirect_uris: ['com.example.app:/cb'] } as const
const withSecret = {
  ...local,
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a secret of the app, long enough for anyone',
} as const

/** The result of `prompt=none` at `second`, after the user has allowed the client permanently at `first`. */
async function silently(
  t: TestContext,
  database: DatabaseKind,
  client: ClientDeclaration,
  first: string,
  second: string,
) {
  const server = await startServer(t, { database, clients: [client] })
  const agent = userAgentOf(server)
  const at = (uri: string, more = {}) => authorizeUrl(requestOf(client, newPkce(), { redirect_uri: uri, ...more }))
  const allowed = responseOf(await passPages(agent, await agent.open(at(first))))
  assert.ok(allowed.get('code'))
  const response = responseOf(await agent.open(at(second, { prompt: 'none' })))
  const page = await agent.open(at(second))
  return [response.get('error') ?? 'code', /action="\/consent"/.test(page.body) ? 'asked' : 'not asked']
}

for (const database of databaseKinds) {
  for (const [client, first, second] of [
    [local, 'http://127.0.0.1:4001/cb', 'http://127.0.0.1:4002/cb'],
    [local, 'http://127.0.0.1:4001/cb', 'http://127.0.0.1:4001/cb'],
    [local, 'https://app.example.com/cb', 'http://127.0.0.1:4001/cb'],
    [onPhone, 'com.example.app:/cb', 'com.example.app:/cb'],
    [{ ...local, application_type: 'native' }, 'https://app.example.com/cb', 'https://app.example.com/cb'],
    [{ ...local, first_party: true }, 'http://127.0.0.1:4001/cb', 'http://127.0.0.1:4002/cb'],
    // Without a port, none is registered: port 80 belongs to the program that opens it, too.
    [local, 'http://127.0.0.1/cb', 'http://127.0.0.1/cb'],
    [{ ...local, first_party: true }, 'http://127.0.0.1/cb', 'http://127.0.0.1/cb'],
    [{ ...onPhone, first_party: true }, 'com.example.app:/cb', 'com.example.app:/cb'],
  ] as const) {
    const kind = 'first_party' in client ? 'first-party' : 'application_type' in client ? 'native' : 'public'
    test(`${database}: §8.6 a ${kind} client that was allowed at ${first} gets nothing without a page at ${second}`, async (t) => {
      assert.deepEqual(await silently(t, database, client, first, second), ['consent_required', 'asked'])
    })
  }

  test(`${database}: §8.6 a first-party client on a free loopback port gets a code without a consent page for a user who logs in now`, async (t) => {
    const client = { ...local, first_party: true }
    const agent = userAgentOf(await startServer(t, { database, clients: [client] }))
    const request = { redirect_uri: 'http://127.0.0.1:4001/cb' }
    for (const prompt of ['', 'login']) {
      const login = await agent.open(
        authorizeUrl(requestOf(client, newPkce(), prompt ? { ...request, prompt } : request)),
      )
      assert.match(login.body, /action="\/login"/)
      const answer = await agent.submit(login, { username: 'tim', password: 'tim1234' })
      assert.ok(responseOf(answer).get('code'))
    }
  })

  for (const [client, first, second] of [
    [local, 'http://127.0.0.1:4000/cb', 'http://127.0.0.1:4000/cb'],
    [{ ...local, first_party: true }, 'http://127.0.0.1:4001/cb', 'http://127.0.0.1:4000/cb'],
    [local, 'http://127.0.0.1:4000/cb', 'https://app.example.com/cb'],
    [withSecret, 'http://127.0.0.1:4001/cb', 'http://127.0.0.1:4002/cb'],
    [{ ...local, application_type: 'web' }, 'http://127.0.0.1/cb', 'http://127.0.0.1/cb'],
  ] as const) {
    const kind = client === withSecret ? 'confidential' : 'public'
    test(`${database}: a ${kind} client that was allowed at ${first} needs no new consent at ${second}`, async (t) => {
      assert.deepEqual(await silently(t, database, client, first, second), ['code', 'not asked'])
    })
  }
}
