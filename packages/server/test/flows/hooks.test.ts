/** The options `claims` and `onEvent`: the functions of the program around the server. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClaimsHook, ClaimsRequest, CountersignEvent, Options } from '../../src/index.ts'
import { basicOf } from '../support/clients.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  type Tokens,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer, type TestServer } from '../support/server.ts'

const service = {
  client_id: 'service',
  client_secret: 'a secret of the service, long enough for anyone',
  grant_types: ['client_credentials'],
  scope: 'items',
} as const

function start(t: TestContext, options: Partial<Options>): Promise<TestServer> {
  return startServer(t, { clients: [webApp, service], ...options })
}

test('claims are added to access tokens, ID tokens and /userinfo, and the hook learns what for', async (t) => {
  const requests: ClaimsRequest[] = []
  const claims: ClaimsHook = async (request) => {
    requests.push(request)
    return { tenant: 'acme', for: request.token }
  }
  const server = await start(t, { claims })
  const tokens = await logIn(server, webApp, { scope: 'openid me' })
  assert.equal(decodeJwt(tokens.access_token)['for'], 'access')
  assert.equal(decodeJwt(tokens.id_token)['for'], 'id')
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  const userinfo = (await (await server.get('/userinfo', headers)).json()) as Record<string, unknown>
  assert.deepEqual([userinfo['tenant'], userinfo['for'], userinfo['sub']], ['acme', 'userinfo', 'tim'])
  assert.deepEqual(
    requests.map(({ token, user, client, scopes }) => [token, user?.username, client.client_id, scopes.join(' ')]),
    ['access', 'id', 'userinfo'].map((token) => [token, 'tim', webApp.client_id, 'openid me']),
  )
  const seen = JSON.stringify(requests)
  assert.ok(!seen.includes('argon2') && !seen.includes(webApp.client_secret ?? ''))
})

test('what the hook changes in its request changes no token and no client', async (t) => {
  const claims: ClaimsHook = ({ scopes, client, user }) => {
    for (const list of [scopes, client.grant_types, client.redirect_uris])
      (list as string[] | undefined)?.push('password')
    Object.assign(user?.claims ?? {}, { family_name: 'Changed' })
    return {}
  }
  const server = await start(t, { claims })
  const tokens = await logIn(server, webApp, { scope: 'openid me profile' })
  assert.equal(decodeJwt(tokens.access_token)['scope'], 'openid profile me')
  const client = server.server.context.config.clients.get(webApp.client_id)?.client
  assert.ok(!client?.grantTypes.includes('password'))
})

test("claims of a client's own token have no user", async (t) => {
  const server = await start(t, { claims: ({ user, client }) => ({ who: user?.username ?? client.client_id }) })
  const form = { grant_type: 'client_credentials' }
  const response = await server.post('/token', form, basicOf(service.client_id, service.client_secret))
  assert.equal(decodeJwt(((await response.json()) as Tokens).access_token)['who'], 'service')
})

/** Nested objects, within the object of claims. */
function nested(levels: number): Record<string, unknown> {
  let claims: Record<string, unknown> = {}
  for (let level = 0; level < levels; level++) claims = { a: claims }
  return claims
}

const failures: readonly { what: string; claims: ClaimsHook; log: RegExp }[] = [
  {
    what: 'throws',
    claims: () => {
      throw new Error('the CRM is down')
    },
    log: /the CRM is down/,
  },
  {
    what: 'rejects',
    claims: async () => {
      throw new Error('the CRM is down')
    },
    log: /the CRM is down/,
  },
  {
    what: 'throws a Proxy that nobody can look into',
    claims: () => {
      const refuse = () => {
        throw new Error('refused')
      }
      throw new Proxy({}, { get: refuse, getPrototypeOf: refuse })
    },
    log: /claims threw a Proxy/,
  },
  { what: 'returns a reserved claim', claims: () => ({ sub: 'alice' }), log: /claims must not return sub/ },
  {
    what: 'returns a reserved claim by toJSON',
    claims: () => ({ toJSON: () => ({ aud: 'x' }) }),
    log: /must not return aud/,
  },
  { what: 'returns nothing', claims: (() => {}) as never, log: /claims must return an object/ },
  { what: 'returns a list', claims: () => ['x'] as never, log: /claims must return an object/ },
  { what: 'returns what JSON cannot express', claims: () => ({ n: 1n }), log: /BigInt/ },
  {
    what: 'returns more levels than a verifier reads',
    claims: () => nested(64),
    log: /nested more than 64 levels deep/,
  },
  { what: 'returns too much', claims: () => ({ text: 'x'.repeat(5000) }), log: /at most 4096 bytes/ },
]

test('a token with claims as deep as a verifier reads is accepted', async (t) => {
  const server = await start(t, { claims: () => nested(63) })
  const tokens = await logIn(server, webApp, { scope: 'openid me' })
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  assert.equal((await server.get('/users/me', headers)).status, 200)
})

for (const { what, claims, log } of failures) {
  test(`a hook that ${what} ends that request alone with a 500, which why explains`, async (t) => {
    let isFailing = true
    const server = await start(t, { claims: (request) => (isFailing ? claims(request) : {}) })
    const form = { grant_type: 'client_credentials' }
    const post = () => server.post('/token', form, basicOf(service.client_id, service.client_secret))
    const response = await post()
    assert.equal(response.status, 500)
    assert.equal(((await response.json()) as { detail: string }).detail, 'Internal Server Error')
    await server.server.context.traces.flush()
    const trace = await server.server.context.store.traces.find(response.headers.get('x-request-id') ?? '')
    assert.equal(trace?.reason, 'claims_hook_failed')
    assert.match(String(server.log.at(-1)?.facts['err']), log)
    isFailing = false
    assert.equal((await post()).status, 200)
  })
}

test('a hook that hangs ends that request alone, after 3 seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const called = Promise.withResolvers<void>()
  const claims: ClaimsHook = () => {
    called.resolve()
    return new Promise(() => {})
  }
  const server = await start(t, { claims })
  const form = { grant_type: 'client_credentials' }
  const response = server.post('/token', form, basicOf(service.client_id, service.client_secret))
  await called.promise
  t.mock.timers.tick(3000)
  assert.equal((await response).status, 500)
})

test('a code can be exchanged after the hook has failed', async (t) => {
  let isFailing = true
  const server = await start(t, { claims: () => (isFailing ? (undefined as never) : {}) })
  const agent = userAgentOf(server)
  const pkce = newPkce()
  const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, pkce))))
  const form = {
    grant_type: 'authorization_code',
    code: responseOf(page).get('code') ?? '',
    redirect_uri: webApp.redirect_uris?.[0],
    code_verifier: pkce.verifier,
  }
  assert.equal((await exchange(server, webApp, form)).status, 500)
  isFailing = false
  assert.equal((await exchange(server, webApp, form)).status, 200)
})

test('a refresh token can be used after the hook has failed', async (t) => {
  let isFailing = false
  const server = await start(t, { claims: () => (isFailing ? (undefined as never) : {}) })
  const headers = basicOf(webApp.client_id, webApp.client_secret)
  const { refresh_token: refreshToken } = await logIn(server, webApp, { scope: 'openid me' })
  const refresh = () => server.post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken }, headers)
  isFailing = true
  assert.equal((await refresh()).status, 500)
  isFailing = false
  assert.equal((await refresh()).status, 200)
})

test('events: a login, a grant, a refresh, a revocation', async (t) => {
  const events: CountersignEvent[] = []
  const server = await start(t, { onEvent: (event) => void events.push(event) })
  const headers = basicOf(webApp.client_id, webApp.client_secret)
  const { refresh_token: first } = await logIn(server, webApp, { scope: 'openid me' })
  const refreshed = await server.post('/token', { grant_type: 'refresh_token', refresh_token: first }, headers)
  const { refresh_token: second } = (await refreshed.json()) as Tokens
  await server.post('/revoke', { token: second }, headers)
  assert.deepEqual(
    events.map(({ type }) => type),
    ['logged_in', 'granted', 'refreshed', 'revoked'],
  )
  const [loggedIn, granted] = events
  assert.deepEqual(
    { ...loggedIn, requestId: '' },
    { type: 'logged_in', userId: 'tim', address: '127.0.0.1', requestId: '', happenedAt: server.clock.now },
  )
  assert.ok(granted?.type === 'granted' && granted.grantId)
  assert.equal(granted.grantType, 'authorization_code')
  const text = JSON.stringify(events)
  for (const secret of [first, second, 'tim1234']) assert.ok(!text.includes(secret))
})

test('events: a refresh token that is used twice is an incident', async (t) => {
  const events: CountersignEvent[] = []
  const server = await start(t, { onEvent: (event) => void events.push(event), refreshTokenGrace: 0 })
  const headers = basicOf(webApp.client_id, webApp.client_secret)
  const { refresh_token: token } = await logIn(server, webApp, { scope: 'openid me' })
  for (let use = 0; use < 2; use++)
    await server.post('/token', { grant_type: 'refresh_token', refresh_token: token }, headers)
  const incident = events.at(-1)
  assert.ok(incident?.type === 'incident')
  assert.equal(incident.incident.kind, 'refresh_token_reused')
})

test('events: a failed login names the user only if there is one, and never what was typed', async (t) => {
  const events: CountersignEvent[] = []
  const server = await startPasswordGrantServer(t, { onEvent: (event) => void events.push(event) })
  await server.post('/token', { username: 'tim', password: 'wrong' })
  await server.post('/token', { username: 'hunter2', password: 'tim' })
  assert.deepEqual(
    events.map((event) => event.type === 'login_failed' && [event.reason, event.userId]),
    [
      ['password_mismatch', 'tim'],
      ['unknown_user', undefined],
    ],
  )
  assert.ok(!JSON.stringify(events).includes('hunter2'))
})

for (const [what, onEvent] of [
  [
    'throws',
    () => {
      throw new Error('no')
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('no')
    },
  ],
] as const) {
  test(`a listener that ${what} is logged, and the request goes on`, async (t) => {
    const server = await start(t, { onEvent })
    const form = { grant_type: 'client_credentials' }
    const response = await server.post('/token', form, basicOf(service.client_id, service.client_secret))
    assert.equal(response.status, 200)
    assert.equal(server.log.find(({ level }) => level === 'error')?.message, 'onEvent failed')
  })
}
