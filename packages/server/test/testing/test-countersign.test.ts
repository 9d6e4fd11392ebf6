/** The test kit, as the tests of an application use it. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createGuard, isRejection } from '@countersign/guard'
import {
  createTestCountersign,
  LoginFailedError,
  type TestCountersign,
  type TestOptions,
} from '../../src/testing/index.ts'

const issuerUrl = 'http://127.0.0.1:8000'
const app = {
  client_id: 'app',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://127.0.0.1:3000/callback'],
} as const
const confidential = {
  ...app,
  client_id: 'web:app',
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a secret with spaces & signs: long enough',
} as const

async function start(t: TestContext, options: TestOptions = {}): Promise<TestCountersign> {
  const issuer = await createTestCountersign({
    users: [{ username: 'tim' }],
    clients: [app, confidential],
    scopes: { me: 'Read your profile.', items: 'Read your items.' },
    ...options,
  })
  t.after(issuer.close)
  return issuer
}

/** The user logs out at the client, after the session in the browser has ended. */
async function logOut({ clock, fetch }: TestCountersign, hint: string | undefined): Promise<void> {
  clock.advance(13 * 3600)
  const response = await fetch(`${issuerUrl}/logout?${new URLSearchParams({ id_token_hint: hint ?? '' })}`)
  assert.equal(response.status, 200)
}

/** An API of the application, which accepts tokens of the kit. */
function guardFor(issuer: TestCountersign, audience = issuerUrl) {
  const { fetch, clock } = issuer
  return createGuard({ issuer: issuerUrl, audience, fetch, now: clock.now })
}

function call(token: string): Request {
  return new Request('https://api.example.com/items', { headers: { authorization: `Bearer ${token}` } })
}

test('mint makes a token that a guard accepts, and clock.advance lets it expire', async (t) => {
  const issuer = await start(t)
  const guard = guardFor(issuer)
  const token = await issuer.mint({ sub: 'tim', scope: 'items', clientId: 'app' })
  const access = await guard.check(call(token), { scopes: ['items'] })
  assert.equal(access.subject, 'tim')
  issuer.clock.advance(31 * 60)
  await assert.rejects(guard.check(call(token)), (error) => isRejection(error) && error.status === 401)
})

test('mint makes a token for another audience', async (t) => {
  const issuer = await start(t)
  const token = await issuer.mint({ audience: 'https://api.example.com' })
  assert.equal((await guardFor(issuer, 'https://api.example.com').check(call(token))).subject, 'tim')
  await assert.rejects(guardFor(issuer).check(call(token)), (error) => isRejection(error) && error.status === 401)
})

for (const client of [app, confidential]) {
  test(`logIn walks the pages for ${client.client_id}`, async (t) => {
    const issuer = await start(t)
    const tokens = await issuer.logIn(client.client_id, 'tim', { scope: 'openid me' })
    assert.ok(tokens.id_token && tokens.refresh_token)
    assert.equal((await guardFor(issuer).check(call(tokens.access_token))).subject, 'tim')
    assert.deepEqual(
      issuer.events.map(({ type }) => type),
      ['logged_in', 'granted'],
    )
  })
}

test('logIn gets a token for another audience', async (t) => {
  const resource = 'https://api.example.com'
  const issuer = await start(t, { resources: [resource] })
  const { access_token: token } = await issuer.logIn('app', 'tim', { scope: 'items', resource })
  assert.equal((await guardFor(issuer, resource).check(call(token))).subject, 'tim')
})

test('a user with a password of their own logs in with it', async (t) => {
  const issuer = await start(t, { users: [{ username: 'alice', id: '7', password: 'a password of alice' }] })
  const tokens = await issuer.logIn('app', 'alice')
  assert.equal((await guardFor(issuer).check(call(tokens.access_token))).subject, '7')
})

test('a wrong password is a LoginFailedError with the page', async (t) => {
  const issuer = await start(t)
  await assert.rejects(issuer.logIn('app', 'tim', { password: 'wrong' }), LoginFailedError)
  assert.equal(issuer.events.at(-1)?.type, 'login_failed')
})

test('a client that is neither declared nor registered is a mistake in the test', async (t) => {
  const issuer = await start(t)
  await assert.rejects(issuer.logIn('another', 'tim'), {
    name: 'OperationError',
    message: /^clientId is not the id of a client/,
  })
})

test('logIn works for a client that the test registers, with its secret', async (t) => {
  const issuer = await start(t)
  const { client_id: _declared, client_secret: _secret, ...metadata } = confidential
  const { secret = '' } = await issuer.clients.create({ ...metadata, client_id: 'registered' })
  const tokens = await issuer.logIn('registered', 'tim', { clientSecret: secret })
  assert.equal((await guardFor(issuer).check(call(tokens.access_token))).subject, 'tim')
  await assert.rejects(issuer.logIn('registered', 'tim'), {
    name: 'OperationError',
    message: /^clientSecret is missing/,
  })
})

test('logIn works for a redirect URI on the origin of the issuer', async (t) => {
  const redirectUri = 'http://127.0.0.1:3000/logout'
  const client = { ...app, redirect_uris: [redirectUri] }
  const issuer = await start(t, { issuer: 'http://127.0.0.1:3000/auth', clients: [client] })
  assert.ok((await issuer.logIn('app', 'tim')).access_token)
})

test('demo adds the users of the tutorial, who log in', async (t) => {
  const issuer = await start(t, { demo: true, users: [] })
  assert.equal((await issuer.users.find({ username: 'alice' }))?.id, 'alice')
  assert.ok((await issuer.logIn('app', 'tim')).access_token)
})

test('logout tokens are kept, and not sent over the network', async (t) => {
  const uri = 'http://127.0.0.1:1/backchannel-logout'
  const client = { ...confidential, backchannel_logout_uri: uri }
  const issuer = await start(t, { clients: [client] })
  await logOut(issuer, (await issuer.logIn('web:app', 'tim', { scope: 'openid items' })).id_token)
  const [sent, ...others] = await issuer.logoutTokens()
  assert.equal(sent?.uri, uri)
  assert.equal(sent?.logoutToken.split('.').length, 3)
  assert.deepEqual(others, [])
})

test('postForm of the options gets the logout tokens instead', async (t) => {
  const posted: string[] = []
  const postForm = async (address: string) => {
    posted.push(address)
    return { status: 200 }
  }
  const client = { ...confidential, backchannel_logout_uri: 'https://app.example.com/backchannel-logout' }
  const issuer = await start(t, { clients: [client], postForm })
  await logOut(issuer, (await issuer.logIn('web:app', 'tim', { scope: 'openid items' })).id_token)
  assert.deepEqual(await issuer.logoutTokens(), [])
  assert.deepEqual(posted, ['https://app.example.com/backchannel-logout'])
})

test('mint adds the claims of the hook for a user and a client that exist', async (t) => {
  const claims: TestOptions['claims'] = ({ user, client, scopes, token }) => ({
    seen: [user?.username ?? null, client.client_id, ...scopes, token],
  })
  const issuer = await start(t, { claims })
  const seenIn = async (options: Parameters<TestCountersign['mint']>[0]) =>
    (await guardFor(issuer).check(call(await issuer.mint(options)))).claims['seen']
  assert.deepEqual(await seenIn({ scope: 'items' }), ['tim', 'app', 'items', 'access'])
  assert.deepEqual(await seenIn({ sub: 'web:app', clientId: 'web:app', scope: '' }), [null, 'web:app', 'access'])
  assert.equal(await seenIn({ sub: 'nobody' }), undefined)
  assert.equal(await seenIn({ clientId: 'no-client' }), undefined)
})

test('wrong options of the kit are problems that name the option', async (t) => {
  const issuer = await start(t)
  // What a program without types may pass.
  const wrong = (value: unknown) => value as never
  const cases: readonly (readonly [operation: () => Promise<unknown>, message: RegExp])[] = [
    [() => issuer.mint(wrong(null)), /^options must be an object$/],
    [() => issuer.mint(wrong({ clientID: 'app' })), /^clientID is not an option: did you mean clientId\?$/],
    [() => issuer.mint(wrong({ sub: 5 })), /^sub must be text$/],
    [() => issuer.mint(wrong({ scope: ['items'] })), /^scope must be text$/],
    [() => issuer.mint(wrong({ audience: 5 })), /^audience must be text or a list of texts$/],
    [
      () => issuer.mint(wrong({ audience: ['https://api.example.com', 5] })),
      /^audience must be text or a list of texts$/,
    ],
    [() => issuer.mint(wrong({ audience: new Array(2) })), /^audience must be text or a list of texts$/],
    [() => issuer.mint({ audience: '' }), /^audience must have printable characters$/],
    [
      () => issuer.mint({ audience: ['https://api.example.com', 'a\ud800'] }),
      /^audience must have printable characters$/,
    ],
    ...['sub', 'clientId'].flatMap((name) =>
      ['', 'a\ud800', '\udc00a', 'a\nb', 'a\0b', 'x'.repeat(513)].map(
        (value) =>
          [
            () => issuer.mint({ [name]: value }),
            new RegExp(`^${name} must be 1 to 512 printable characters$`),
          ] as const,
      ),
    ),
    ...['a\ud800', 'items \udc00', 'é', 'a"b', 'a\\b', 'a\tb', 'a\0b'].map(
      (scope) =>
        [
          () => issuer.mint({ scope }),
          /^scope must be names of ASCII characters, without quotes and backslashes$/,
        ] as const,
    ),
    [() => issuer.mint(wrong(new Date())), /^options must be an object$/],
    [() => issuer.mint(wrong(new Map())), /^options must be an object$/],
    [() => issuer.logIn(wrong(undefined), 'tim'), /^clientId must be text$/],
    [() => issuer.logIn('app', wrong(undefined)), /^username must be text$/],
    [() => issuer.logIn('app', 'tim', wrong({ password: Symbol('secret') })), /^password must be text$/],
    [() => issuer.logIn('app', 'tim', wrong(null)), /^options must be an object$/],
    [() => issuer.logIn('app', 'tim', wrong({ scopes: 'me' })), /^scopes is not an option: did you mean scope\?$/],
  ]
  for (const [operation, message] of cases) await assert.rejects(operation(), { name: 'OperationError', message })
})

test('a revoked token is rejected at userinfo', async (t) => {
  const issuer = await start(t)
  const { access_token: token } = await issuer.logIn('app', 'tim', { scope: 'openid' })
  const userinfo = () => issuer.fetch(`${issuerUrl}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await userinfo()).status, 200)
  await issuer.grants.revoke('tim', 'app')
  assert.equal((await userinfo()).status, 401)
})

test('the operations of the handle work on the users of the kit', async (t) => {
  const issuer = await start(t)
  await issuer.users.disable('tim')
  await assert.rejects(issuer.logIn('app', 'tim'), LoginFailedError)
})

test('hooks of the options are called', async (t) => {
  const seen: string[] = []
  const issuer = await start(t, { claims: () => ({ tenant: 'acme' }), onEvent: ({ type }) => void seen.push(type) })
  const { access_token: token } = await issuer.logIn('app', 'tim')
  assert.equal((await guardFor(issuer).check(call(token))).claims['tenant'], 'acme')
  assert.deepEqual(seen, ['logged_in', 'granted'])
})

test('clock.advance takes no negative number', async (t) => {
  const issuer = await start(t)
  assert.throws(() => issuer.clock.advance(-1), RangeError)
  assert.throws(() => issuer.clock.advance(Number.NaN), RangeError)
  assert.throws(() => issuer.clock.advance(Number.POSITIVE_INFINITY), RangeError)
})

test('paths of the tested program on the same origin are fetched from the network', async (t) => {
  const server = createServer((_request, response) => void response.end('the program'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const issuer = await start(t, { issuer: `${origin}/auth` })
  assert.equal(await (await issuer.fetch(`${origin}/page`)).text(), 'the program')
  assert.equal((await issuer.fetch(`${origin}/auth/healthz`)).status, 200)
})

test('other origins are fetched from the network', async (t) => {
  const issuer = await start(t)
  const other = await start(t)
  const { url } = await other.listen({ port: 0 })
  assert.equal((await issuer.fetch(`${url}/healthz`)).status, 200)
})
