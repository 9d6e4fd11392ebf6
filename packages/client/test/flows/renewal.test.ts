/** A client that renews its tokens: in time, once for all callers, and never after a logout. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Client, createClient } from '../../src/client.ts'
import { memoryStorage, type TokenStorage } from '../../src/tokens/storage.ts'
import { startIssuer, type TestIssuer, tokenResponse } from '../support/issuer.ts'
import { clientOptions, startOfTests } from '../support/logins.ts'

interface Setting {
  readonly issuer: TestIssuer
  readonly client: Client
  readonly clock: { now: number }
  /** Another client of the same storage, as in another tab. */
  readonly openTab: () => Client
}

/** Logged in, with tokens of 900 s; the issuer renews them as access-2, access-3 and so on. */
async function logged(t: TestContext, storage: TokenStorage = memoryStorage()): Promise<Setting> {
  const issuer = await startIssuer(t)
  const clock = { now: startOfTests }
  const openTab = () => createClient(clientOptions(issuer, { storage, now: () => clock.now }))
  const client = openTab()
  const first = { access_token: 'access-1', refresh_token: 'refresh-1' }
  issuer.routes['/token'] = () => ({ body: tokenResponse(first) })
  await client.password({ username: 'tim', password: 'x' })
  issuer.routes['/token'] = () => {
    const number = issuer.posted('/token').length
    return { body: tokenResponse({ access_token: `access-${number}`, refresh_token: `refresh-${number}` }) }
  }
  return { issuer, client, clock, openTab }
}

function renewals(issuer: TestIssuer): readonly (string | null)[] {
  const forms = issuer.posted('/token').filter((form) => form.get('grant_type') === 'refresh_token')
  return forms.map((form) => form.get('refresh_token'))
}

test('an access token is renewed 30 seconds before its end, and not sooner', async (t) => {
  const { issuer, client, clock } = await logged(t)
  clock.now += 869
  assert.equal(await client.accessToken(), 'access-1')
  clock.now += 1
  assert.equal(await client.accessToken(), 'access-2')
  assert.equal(await client.accessToken(), 'access-2')
  clock.now += 900
  assert.equal(await client.accessToken(), 'access-3')
  assert.deepEqual(renewals(issuer), ['refresh-1', 'refresh-2'])
})

test('50 callers at a time share one renewal', async (t) => {
  const { issuer, client, clock } = await logged(t)
  clock.now += 900
  const tokens = await Promise.all(Array.from({ length: 50 }, () => client.accessToken()))
  assert.deepEqual(new Set(tokens), new Set(['access-2']))
  assert.equal(renewals(issuer).length, 1)
})

test('50 callers share its failure too, and the next one tries again', async (t) => {
  const { issuer, client, clock } = await logged(t)
  clock.now += 900
  const renew = issuer.routes['/token']
  issuer.routes['/token'] = () => ({ status: 503, body: 'later' })
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => client.accessToken()))
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
  assert.equal(renewals(issuer).length, 1)
  if (renew) issuer.routes['/token'] = renew
  assert.match(await client.accessToken(), /^access-/)
})

test('two tabs renew once: the second finds the tokens of the first', async (t) => {
  const { issuer, client, clock, openTab } = await logged(t)
  clock.now += 900
  const tabs = [client, openTab(), openTab()]
  const tokens = await Promise.all(tabs.map((tab) => tab.accessToken()))
  assert.deepEqual(tokens, ['access-2', 'access-2', 'access-2'])
  assert.equal(renewals(issuer).length, 1)
})

test('RFC 6749 §5.2 after invalid_grant the tokens are forgotten, and a login is required', async (t) => {
  const { issuer, client, clock } = await logged(t)
  clock.now += 900
  issuer.routes['/token'] = () => ({ status: 400, body: { error: 'invalid_grant' } })
  await assert.rejects(client.accessToken(), { code: 'login_required', error: 'invalid_grant' })
  assert.equal(await client.tokens(), undefined)
  await assert.rejects(client.accessToken(), { code: 'login_required', message: /log in first/ })
  assert.equal(renewals(issuer).length, 1)
})

test('in an outage of the issuer what is left of the access token is used, and the tokens are kept', async (t) => {
  for (const status of [429, 500, 503]) {
    const { issuer, client, clock } = await logged(t)
    issuer.routes['/token'] = () => ({ status, body: 'later' })
    clock.now += 880
    assert.equal(await client.accessToken(), 'access-1')
    clock.now += 20
    await assert.rejects(client.accessToken(), { name: 'ClientError', status })
    assert.equal((await client.tokens())?.refreshToken, 'refresh-1')
  }
})

test('any other failure is reported at once, and the tokens are kept', async (t) => {
  const failures = [
    { status: 401, body: { error: 'invalid_client' } },
    { status: 302, headers: { location: '/' } },
    { status: 200, body: 'a page' },
  ]
  for (const failure of failures) {
    const { issuer, client, clock } = await logged(t)
    issuer.routes['/token'] = () => failure
    clock.now += 880
    await assert.rejects(client.accessToken(), { name: 'ClientError' })
    assert.equal((await client.tokens())?.refreshToken, 'refresh-1')
  }
})

test('the same refresh token is sent again after an response that was lost', async (t) => {
  const { issuer, client, clock } = await logged(t)
  const renew = issuer.routes['/token']
  issuer.routes['/token'] = () => ({ body: '{"access_token":"access-2","refr' })
  clock.now += 900
  await assert.rejects(client.accessToken(), { code: 'response_invalid' })
  if (renew) issuer.routes['/token'] = renew
  assert.ok(await client.accessToken())
  assert.deepEqual(renewals(issuer), ['refresh-1', 'refresh-1'])
})

test('without refresh token, a token is used until it expires, and then a login is required', async (t) => {
  const issuer = await startIssuer(t)
  let now = startOfTests
  const client = createClient(clientOptions(issuer, { now: () => now }))
  await client.password({ username: 'tim', password: 'x' })
  now += 899
  assert.equal(await client.accessToken(), 'access-1')
  now += 1
  await assert.rejects(client.accessToken(), { code: 'login_required', message: /refresh token/ })
  assert.equal(issuer.posted('/token').length, 1)
})

test('RFC 6749 §4.4.3 tokens for the client itself are requested again with the same scope', async (t) => {
  const { issuer, client, clock } = await logged(t)
  await client.clientCredentials({ scope: 'items' })
  issuer.routes['/token'] = () => ({ body: tokenResponse({ access_token: 'access-9' }) })
  clock.now += 900
  assert.equal(await client.accessToken(), 'access-9')
  const form = issuer.posted('/token').at(-1)
  assert.equal(form?.get('grant_type'), 'client_credentials')
  assert.equal(form?.get('scope'), 'items')
})

test('refresh renews before the tokens are due, once for all callers at the same time', async (t) => {
  const { issuer, client } = await logged(t)
  const all = await Promise.all([client.refresh(), client.refresh(), client.refresh()])
  assert.deepEqual(new Set(all.map(({ accessToken }) => accessToken)), new Set(['access-2']))
  assert.equal(renewals(issuer).length, 1)
  await client.logout()
  await assert.rejects(client.refresh(), { code: 'login_required' })
})

test('a renewal under way does not undo a logout', async (t) => {
  const { issuer, client, clock } = await logged(t)
  clock.now += 900
  let response = () => {}
  const requested = new Promise<void>((resolve) => {
    issuer.routes['/token'] = async () => {
      resolve()
      await new Promise<void>((release) => {
        response = release
      })
      return { body: tokenResponse({ access_token: 'access-2', refresh_token: 'refresh-2' }) }
    }
  })
  const renewed = client.accessToken()
  await requested
  const loggedOut = client.logout()
  response()
  await Promise.all([renewed, loggedOut])
  assert.equal(await client.tokens(), undefined)
})
