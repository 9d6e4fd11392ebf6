/** What a complete login leaves behind: no secret is in a trace, a span, a log line or the database (OWASP ASVS 16.2.5). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { givenCode } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import {
  authorizeUrl,
  exchange,
  newPkce,
  passPages,
  requestOf,
  type Tokens,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { fromOwnPage, hiddenFields, postForm } from '../support/page-posts.ts'
import { dumpOf, query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

/** Refresh tokens and codes that are not known here, and may be valid elsewhere. */
const foreignSecrets = [
  'rt_foreign-0123456789abcdefghijklmnopqrstuvwxyz-0',
  'ac_foreign-0123456789abcdefghijklmnopqrstuvwxyz-0',
  'v1.MjQ0foreign0refresh0token0of0another0server',
  '1//0gForeignRefreshTokenOfAnotherServer-L9Ir',
  '4/0AX4foreign-code-of-another-server',
]

/** What OpenTelemetry would be sent of the servers that start from now on. */
function collectSpans(t: TestContext): () => string {
  const exporter = new InMemorySpanExporter()
  trace.disable()
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  t.after(() => trace.disable())
  return () =>
    JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    )
}

for (const database of databaseKinds) {
  test(`${database}: F22 no code, token, password, cookie, nonce, state or verifier of a login is in the traces, the spans, the log or the database`, async (t) => {
    const spans = collectSpans(t)
    const server = await startServer(t, { database, clients: [webApp], openTelemetry: true })
    const { context } = server.server
    const traced: unknown[] = []
    t.after(context.traces.watch({ show: (request) => traced.push(request), end: () => {} }))
    const secrets = new Set(['wrong-password-7Hq', 'tim1234', webApp.client_secret ?? ''])
    const [state, nonce] = ['state-of-the-run-4Tz', 'nonce-of-the-run-9Lk']
    const agent = userAgentOf(server)
    const requested = { scope: 'openid me offline_access', state, nonce }
    const note = () => {
      for (const value of agent.cookies.values()) if (value.length > 2) secrets.add(value)
    }

    const login = await agent.open(
      authorizeUrl(
        requestOf(webApp, undefined, { ...requested, code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' }),
      ),
    )
    note()
    secrets.add(hiddenFields(login)['csrf_token'] ?? '')
    await agent.submit(login, { username: 'tim', password: 'wrong-password-7Hq' })
    await postForm(agent, '/login', { ...hiddenFields(login), csrf_token: 'csrf-of-nobody-2Wd', username: 'tim' })
    secrets.add('csrf-of-nobody-2Wd')
    await postForm(
      agent,
      '/login',
      { username: 'tim', password: 'tim1234' },
      { ...fromOwnPage, origin: 'https://evil' },
    )

    const codes = [
      await givenCode(server, webApp, requested, { agent }),
      await givenCode(server, webApp, requested, { agent }),
    ]
    note()
    for (const { form } of codes) secrets.add(form['code'] ?? '').add(form['code_verifier'] ?? '')
    const [used, consumed] = codes
    const wrongVerifier = 'verifier-that-is-wrong-and-long-enough-for-one-5Rt'
    secrets.add(wrongVerifier)
    await exchange(server, webApp, { ...consumed?.form, code_verifier: wrongVerifier })
    const first = (await exchange(server, webApp, used?.form ?? {})).body as unknown as Tokens
    const refreshed = (
      await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: first.refresh_token })
    ).body as unknown as Tokens
    for (const tokens of [first, refreshed]) {
      for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token]) secrets.add(token)
    }

    const { authorization } = basicOf(webApp.client_id, webApp.client_secret)
    await agent.open(
      authorizeUrl(requestOf(webApp, undefined, { ...requested, prompt: 'none', id_token_hint: first.id_token })),
    )
    await agent.open(authorizeUrl(requestOf(webApp, undefined, { ...requested, id_token_hint: `${first.id_token}x` })))
    await server.get('/userinfo', { authorization: `Bearer ${first.access_token}x` })
    await server.get('/users/me', { authorization: `Bearer ${first.access_token}` })
    await server.post('/introspect', { token: first.refresh_token }, { authorization })
    await server.post('/introspect', { token: refreshed.access_token }, { authorization: `${authorization}x` })
    await exchange(server, webApp, used?.form ?? {})
    await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: first.refresh_token })
    for (const foreign of foreignSecrets) {
      secrets.add(foreign)
      await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: foreign })
      await exchange(server, webApp, { ...consumed?.form, code: foreign })
      await server.post('/introspect', { token: foreign }, { authorization })
      await server.post('/revoke', { token: foreign }, { authorization })
    }
    await server.post('/revoke', { token: refreshed.refresh_token }, { authorization })
    await server.post(`/token?code=${used?.code}&refresh_token=${first.refresh_token}`, {})
    await context.traces.flush()

    const kept = {
      traces: JSON.stringify(traced),
      spans: spans(),
      log: JSON.stringify(server.log, (_, value) => (value instanceof Error ? `${value.stack} ${value.cause}` : value)),
      database: await dumpOf(server.databaseUrl),
    }
    for (const text of [kept.traces, kept.spans]) assert.ok(text.includes('check_redirect_uri'))
    assert.ok(kept.log.includes('request rejected'))
    assert.ok(kept.database.includes('code_replayed'))
    for (const [where, text] of Object.entries(kept)) {
      for (const secret of [...secrets, state]) {
        assert.ok(secret.length > 5)
        assert.equal(text.includes(secret), false, `${secret} in the ${where}`)
        // Not even the signature of a token.
        assert.equal(text.includes(secret.split('.').at(-1) ?? ''), false, `the end of ${secret} in the ${where}`)
      }
    }
    // The hashes of passwords are nowhere but in the table of the users' credentials.
    const users = await Promise.all(
      ['tim', 'alice'].map((name) => context.store.users.findForLogin({ usernameKey: name, emailKey: null })),
    )
    const hashes = users.map((user) => user?.credentials.passwordHash ?? '')
    for (const hash of hashes) {
      assert.match(hash, /^\$argon2id\$/)
      assert.equal(kept.database.split(JSON.stringify(hash)).length, 2)
      for (const text of [kept.traces, kept.spans, kept.log]) {
        for (const part of hash.split('$').slice(-2)) assert.equal(text.includes(part), false)
      }
    }
    // The nonce is stored with its code, because the client gets it in the ID token: it is nowhere else.
    for (const text of [kept.traces, kept.spans, kept.log]) assert.equal(text.includes(nonce), false)
  })
}

test("an attacker's request does not make a stored trace large", async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  const { context } = server.server
  const long = 'x'.repeat(30_000)
  const responses = [
    await server.post('/login', '', { origin: `https://${long}`, 'sec-fetch-site': long }),
    await server.get(authorizeUrl(requestOf(webApp, undefined, { redirect_uri: `https://evil.example/${long}` }))),
    await server.get(authorizeUrl(requestOf(webApp, undefined, { code_challenge_method: long }))),
    await server.get(`/authorize?client_id=${long}`),
  ]
  await context.traces.flush()
  for (const { headers } of responses) {
    const trace = await context.store.traces.find(headers.get('x-request-id') ?? '')
    assert.ok(trace)
    assert.ok(JSON.stringify(trace).length < 3000)
  }
})

for (const database of databaseKinds) {
  test(`${database}: F22 a token in a mistyped path, redirect URI or header is neither in the traces, the spans, the log nor the database`, async (t) => {
    const spans = collectSpans(t)
    const server = await startServer(t, { database, clients: [webApp], openTelemetry: true })
    const { context } = server.server
    const traced: unknown[] = []
    t.after(context.traces.watch({ show: (request) => traced.push(request), end: () => {} }))
    const token = await server.accessToken()
    const code = 'ac_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'
    const paths = [
      `/userinfo/${token}`,
      `/users/me&access_token=${token}`,
      `/users/me%3Faccess_token=${token}`,
      `/users/me?access_token=${token}`,
      `/nowhere?access_token=${token}&code=${code}`,
      `/token/${code}`,
      `/revoke;token=${code}`,
      authorizeUrl(requestOf(webApp, undefined, { redirect_uri: `https://app.example.com/cb#access_token=${token}` })),
      authorizeUrl(requestOf(webApp, undefined, { redirect_uri: `https://app.example.com/cb/${code}` })),
      authorizeUrl(requestOf(webApp, undefined, { redirect_uri: `https://${token}/cb` })),
      authorizeUrl(requestOf(webApp, undefined, { redirect_uri: `https://app.${code}.example/cb` })),
      `/logout?client_id=${webApp.client_id}&post_logout_redirect_uri=https://app.example.com/${code}`,
    ]
    const statuses = await Promise.all(paths.map(async (path) => (await server.get(path)).status))
    assert.ok(statuses.every((status) => status >= 400 && status < 500))
    await server.post(`/userinfo/${token}`, {})
    for (const value of [token, `Bearer ${token}`, `https://app.example.com/cb/${code}`, `https://${code}`]) {
      await server.post('/login', {}, { origin: value })
      await server.post('/login', {}, { 'sec-fetch-site': value })
    }
    await context.traces.flush()
    const kept = [JSON.stringify(traced), JSON.stringify(server.log), await dumpOf(server.databaseUrl)]
    for (const text of kept) assert.ok(text.includes('route_unknown'))
    for (const text of [...kept, spans()]) {
      for (const secret of [...token.split('.'), code]) assert.equal(text.includes(secret), false)
    }
  })
}

test('postgres: F22 an error of the database does not bring the row that it rejects into the log', async (t) => {
  const server = await startServer(t, { database: 'postgres', clients: [webApp] })
  const { context } = server.server
  const nonce = 'nonce-of-a-rejected-row-3Vb'
  await query(server.databaseUrl, 'alter table authorization_codes add constraint broken check (false) not valid')
  const agent = userAgentOf(server)
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { scope: 'openid me', nonce })))
  const failed = await passPages(agent, page)
  await context.traces.flush()
  assert.equal(failed.status, 500)
  const [line] = server.log.filter(({ message }) => message === 'request failed')
  const err = line?.facts['err']
  assert.ok(err instanceof Error)
  assert.match(err.message, /violates check constraint "broken"/)
  assert.ok('code' in err && err.code === '23514')
  assert.ok(!inspect(err, { depth: 9, showHidden: true }).includes('Failing row'))
  for (const text of [inspect(server.log, { depth: 9, showHidden: true }), await dumpOf(server.databaseUrl)]) {
    assert.equal(text.includes(nonce), false)
  }
})
