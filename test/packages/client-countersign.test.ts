/** @countersign/client with a real Countersign: each way to get tokens, and what becomes of them. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Client, type ClientOptions, createClient, type Fetch } from '@countersign/client'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

const clientSecret = 'the secret of a client in a test, long enough for anyone'
const redirectUri = 'http://127.0.0.1:3000/'
const scope = 'openid profile me items'

interface Setting {
  readonly issuer: string
  /** The number of requests to the token endpoint. */
  readonly tokenRequests: () => number
  readonly make: (options: Omit<ClientOptions, 'issuer'>) => Client
}

async function start(t: TestContext): Promise<Setting> {
  const config = fileURLToPath(new URL('./support/client.config.ts', import.meta.url))
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t), COUNTERSIGN_CONFIG: config })
  let tokenRequests = 0
  const counted: Fetch = async (input, init) => {
    if (String(input) === `${origin}/token`) tokenRequests++
    return await fetch(input, init)
  }
  const make: Setting['make'] = (options) => createClient({ issuer: origin, fetch: counted, ...options })
  return { issuer: origin, tokenRequests: () => tokenRequests, make }
}

/** Where the browser ends up after tim has logged in on Countersign's page. */
async function logInAt(issuer: string, url: string): Promise<string> {
  const agent = createUserAgent((request) => fetch(request), issuer)
  const page = await agent.open(url)
  return (await agent.submit(page, { username: 'tim', password: 'tim1234' })).url
}

/** The same tokens, as if their time to be renewed had come. */
async function makeDue(client: Client): Promise<void> {
  const tokens = await client.tokens()
  assert.ok(tokens)
  await client.keep({ ...tokens, renewAt: 0 })
}

test('a login by code: the user, calls to an API, a renewal for 50 callers, and a logout', async (t) => {
  const { issuer, tokenRequests, make } = await start(t)
  const postLogoutRedirectUri = `${redirectUri}bye`
  const client = make({ clientId: 'notes', redirectUri, postLogoutRedirectUri, scope })
  const callback = await logInAt(issuer, await client.authorizationUrl({ maxAge: 60 }))
  const tokens = await client.callback(callback)
  assert.equal((await client.user())?.iss, issuer)
  assert.deepEqual(tokens.scopes.toSorted(), scope.split(' ').toSorted())
  assert.equal((await client.fetch(`${issuer}/users/me/items`)).status, 200)

  await makeDue(client)
  const before = tokenRequests()
  const calls = Array.from({ length: 50 }, () => client.fetch(`${issuer}/users/me`))
  assert.deepEqual(new Set((await Promise.all(calls)).map(({ status }) => status)), new Set([200]))
  assert.equal(tokenRequests() - before, 1)
  const renewed = await client.tokens()
  assert.notEqual(renewed?.accessToken, tokens.accessToken)
  assert.notEqual(renewed?.refreshToken, tokens.refreshToken)
  assert.equal(renewed?.claims?.sub, tokens.claims?.sub)

  const logout = new URL(await client.logout({ state: 'later' }))
  assert.equal(logout.searchParams.get('id_token_hint'), renewed?.idToken)
  const page = await createUserAgent((request) => fetch(request), issuer).open(logout.href)
  assert.equal(page.url, `${postLogoutRedirectUri}?state=later`)
  await assert.rejects(client.accessToken(), { code: 'login_required' })
})

test('a lost response: the same refresh token is sent again, and accepted', async (t) => {
  const { issuer, make } = await start(t)
  let isLost = false
  const client = make({
    clientId: 'notes',
    redirectUri,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (!isLost) return response
      isLost = false
      throw new TypeError('the network went away')
    },
  })
  await client.callback(await logInAt(issuer, await client.authorizationUrl()))
  isLost = true
  await assert.rejects(client.refresh(), { code: 'network_error' })
  assert.ok((await client.refresh()).accessToken)
})

test('revoked tokens are no longer accepted', async (t) => {
  const { issuer, make } = await start(t)
  const client = make({ clientId: 'notes', redirectUri, scope })
  const tokens = await client.callback(await logInAt(issuer, await client.authorizationUrl()))
  await client.revoke()
  assert.equal(await client.tokens(), undefined)

  await client.keep(tokens)
  await assert.rejects(client.fetch(`${issuer}/users/me`), { code: 'login_required', error: 'invalid_grant' })
  assert.equal(await client.tokens(), undefined)
})

test('a response that is changed on the way is rejected by the client, or by Countersign', async (t) => {
  const { issuer, make } = await start(t)
  const client = make({ clientId: 'notes', redirectUri })
  const callback = async () => new URL(await logInAt(issuer, await client.authorizationUrl()))
  const otherCode = await callback()
  otherCode.searchParams.set('code', 'ac_of_another_login')
  await assert.rejects(client.callback(otherCode), { code: 'request_rejected', error: 'invalid_grant' })
  const otherIssuer = await callback()
  otherIssuer.searchParams.set('iss', 'https://evil.example')
  await assert.rejects(client.callback(otherIssuer), { code: 'issuer_mismatch' })
  const twice = await callback()
  twice.searchParams.append('iss', issuer)
  await assert.rejects(client.callback(twice), { code: 'callback_invalid' })
})

test('a code that was injected from another browser does not fit the verifier', async (t) => {
  const { issuer, make } = await start(t)
  const attacker = make({ clientId: 'notes', redirectUri })
  const victim = make({ clientId: 'notes', redirectUri })
  const stolen = new URL(await logInAt(issuer, await victim.authorizationUrl()))
  const own = new URL(await logInAt(issuer, await attacker.authorizationUrl()))
  own.searchParams.set('code', stolen.searchParams.get('code') ?? '')
  await assert.rejects(attacker.callback(own), { code: 'request_rejected', error: 'invalid_grant' })
})

test('an error of Countersign comes back as its word', async (t) => {
  const { issuer, make } = await start(t)
  const client = make({ clientId: 'notes', redirectUri })
  const agent = createUserAgent((request) => fetch(request), issuer)
  const { url } = await agent.open(await client.authorizationUrl({ prompt: 'none' }))
  await assert.rejects(client.callback(url), { code: 'authorization_failed', error: 'login_required' })
})

test('a service has tokens of its own, and gets new ones when they end', async (t) => {
  const { issuer, tokenRequests, make } = await start(t)
  const client = make({ clientId: 'service', clientSecret })
  const tokens = await client.clientCredentials({ scope: 'items' })
  assert.deepEqual(tokens.scopes, ['items'])
  assert.equal(tokens.refreshToken, undefined)
  assert.equal(await client.accessToken(), tokens.accessToken)
  await client.refresh()
  assert.notEqual(await client.accessToken(), tokens.accessToken)
  assert.equal(tokenRequests(), 2)
  await assert.rejects(client.clientCredentials({ scope: 'me' }), { code: 'request_rejected', error: 'invalid_scope' })
  const stranger = createClient({ issuer, clientId: 'service', clientSecret: 'wrong' })
  await assert.rejects(stranger.clientCredentials(), { error: 'invalid_client', status: 401 })
})

test('the tutorial’s way: username and password', async (t) => {
  const { issuer, make } = await start(t)
  const client = make({ clientId: 'tutorial', clientSecret, scope: 'me items' })
  const wrong = client.password({ username: 'tim', password: 'not-his-password' })
  await assert.rejects(wrong, { code: 'request_rejected', error: 'invalid_grant' })
  await client.password({ username: 'tim', password: 'tim1234' })
  const response = await client.fetch(`${issuer}/users/me`)
  assert.equal(JSON.parse(await response.text()).username, 'tim')
  assert.ok(await client.refresh())
})
