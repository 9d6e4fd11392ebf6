/** What browsers post between `/authorize` and its response, under attack: I1, I2, I4, I5, I6 and I9 of the security cases (RFC 9700 §4.7, §4.16). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { givenPassword } from '../support/accounts.ts'
import {
  authorizeUrl,
  issuer,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { fromOwnPage, hiddenFields, postForm } from '../support/page-posts.ts'
import { query } from '../support/rows.ts'
import { loopback, startServer, type TestServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'
import { createUserAgent } from '../support/user-agent.ts'

const clients = [webApp]
const browserCookie = 'countersign'
const urlOf = (more = {}) => authorizeUrl(requestOf(webApp, newPkce(), more))

/** The fields that each page's form posts, in a browser that may post them. */
const posts: readonly {
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
  readonly prepare: (agent: UserAgent) => Promise<Record<string, string>>
}[] = [
  {
    path: '/login',
    fields: { username: 'tim', password: 'tim1234' },
    prepare: async (agent) => hiddenFields(await agent.open(urlOf())),
  },
  {
    path: '/consent',
    fields: { decision: 'allow', remember: 'yes' },
    prepare: async (agent) => {
      const login = await agent.open(urlOf())
      return hiddenFields(await agent.submit(login, { username: 'tim', password: 'tim1234' }))
    },
  },
  {
    path: '/select-account',
    fields: {},
    prepare: async (agent) => {
      await passPages(agent, await agent.open(urlOf()))
      const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
      const account = /name="account" value="([^"]+)"/.exec(chooser.body)?.[1] ?? ''
      return { ...hiddenFields(chooser), account }
    },
  },
  {
    path: '/language',
    fields: { language: 'ja' },
    prepare: async (agent) => hiddenFields(await agent.open(urlOf())),
  },
]

async function stateOf({ databaseUrl }: TestServer): Promise<string> {
  const tables = ['sessions', 'interaction_answers', 'consents', 'grants']
  return JSON.stringify(await Promise.all(tables.map((table) => query(databaseUrl, `select * from ${table}`))))
}

const strangers: readonly (readonly [title: string, headers: Readonly<Record<string, string>>])[] = [
  ['another origin', { origin: 'https://evil.example' }],
  ['our host on another port', { origin: 'http://127.0.0.1:9000' }],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling', { 'sec-fetch-site': 'same-site', origin: 'http://sibling.127.0.0.1' }],
  ['no site', { 'sec-fetch-site': 'none' }],
  ['another site that has an opaque origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  ['our site with another origin', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
]

for (const { path, fields: posted, prepare } of posts) {
  test(`I1 POST ${path} from another origin or without a token is 403 and changes nothing`, async (t) => {
    const server = await startServer(t, { clients })
    const agent = userAgentOf(server)
    const fields = { ...(await prepare(agent)), ...posted }
    const before = await stateOf(server)
    const { csrf_token: _, ...without } = fields
    const attempts = [
      ...[without, { ...fields, csrf_token: '' }].map((form) => postForm(agent, path, form)),
      ...strangers.map(([, headers]) => postForm(agent, path, fields, headers)),
    ]
    for (const response of await Promise.all(attempts)) {
      assert.equal(response.status, 403)
      assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
      assert.equal(response.headers.get('set-cookie'), null)
      assert.equal(response.headers.get('location'), null)
    }
    assert.equal(await stateOf(server), before)
    const accepted = await postForm(agent, path, fields)
    assert.equal(accepted.status, 303)
  })

  test(`I1 POST ${path} with the token of another browser, or without the cookie, changes nothing`, async (t) => {
    const server = await startServer(t, { clients })
    const agent = userAgentOf(server)
    const fields = { ...(await prepare(agent)), ...posted }
    const other = await prepare(userAgentOf(server))
    const before = await stateOf(server)
    const forged = { ...fields, csrf_token: other['csrf_token'] ?? '' }
    const attempts = [
      postForm(agent, path, forged),
      postForm(agent, path, { ...forged, csrf_token: 'x' }),
      postForm(userAgentOf(server), path, fields),
    ]
    for (const response of await Promise.all(attempts)) {
      // Nobody is logged in: the login form comes back. All others decide again what comes next, as a reload would.
      const isBack = path === '/login'
      assert.equal(response.status, isBack ? 403 : 303)
      const [target, query] = (response.headers.get('location') ?? '').split('?')
      assert.equal(target, isBack ? '' : path === '/language' ? '/login' : '/authorize')
      assert.equal(query, isBack ? undefined : fields['request'])
    }
    assert.equal(await stateOf(server), before)
    assert.equal((await postForm(agent, path, fields)).status, 303)
  })

  test(`I1 GET ${path} with the form's fields in the URL changes nothing`, async (t) => {
    const server = await startServer(t, { clients })
    const agent = userAgentOf(server)
    const fields = { ...(await prepare(agent)), ...posted }
    const before = await stateOf(server)
    const query = new URLSearchParams(fields)
    for (const url of [`${path}?${query}`, `${path}?${fields['request']}&${query}`]) {
      const response = await agent.send(new Request(`${issuer}${url}`))
      assert.equal(response.headers.get('set-cookie'), null)
      assert.doesNotMatch(response.headers.get('location') ?? '', /code=/)
    }
    assert.equal(await stateOf(server), before)
  })
}

for (const database of databaseKinds) {
  test(`${database}: I2 every login gives the browser another cookie, and the previous one no longer works`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const first = await agent.open(urlOf())
    const values = [agent.cookies.get(browserCookie)]
    await passPages(agent, first)
    values.push(agent.cookies.get(browserCookie))
    await passPages(agent, await agent.open(urlOf({ prompt: 'login' })))
    values.push(agent.cookies.get(browserCookie))
    assert.equal(new Set(values).size, 3)
    for (const [at, value] of values.entries()) {
      const thief = userAgentOf(server)
      thief.cookies.set(browserCookie, value ?? '')
      const response = responseOf(await thief.open(urlOf({ prompt: 'none' })))
      assert.equal(response.get('error'), at === 2 ? null : 'login_required')
    }
  })

  test(`${database}: I2 an attacker who plants a cookie before the login gets no session from it`, async (t) => {
    const server = await startServer(t, { database, clients })
    const [attacker, victim] = [userAgentOf(server), userAgentOf(server)]
    await attacker.open(urlOf())
    const planted = attacker.cookies.get(browserCookie) ?? ''
    victim.cookies.set(browserCookie, planted)
    assert.ok(responseOf(await passPages(victim, await victim.open(urlOf()))).get('code'))
    assert.notEqual(victim.cookies.get(browserCookie), planted)
    assert.equal(responseOf(await attacker.open(urlOf({ prompt: 'none' }))).get('error'), 'login_required')
  })

  test(`${database}: I4 in a browser without its cookies, the next user sees nothing of the first user`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    agent.cookies.clear()
    const page = await agent.open(urlOf())
    assert.doesNotMatch(page.body, /tim/)
    await givenPassword(server, 'mary', 'mary has a little lamb')
    await passPages(agent, page, 'mary', 'mary has a little lamb')
    const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
    assert.match(chooser.body, /mary/)
    assert.doesNotMatch(chooser.body, /\btim\b/)
  })
}

test('I2 two cookies of the same name, or a malformed one, count as none', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  await passPages(agent, await agent.open(urlOf()))
  const value = agent.cookies.get(browserCookie) ?? ''
  const planted = 'A'.repeat(43)
  for (const cookie of [
    `${browserCookie}=${value}; ${browserCookie}=${planted}`,
    `${browserCookie}=${planted}; ${browserCookie}=${value}`,
    `${browserCookie}="${value}"`,
    `${browserCookie}=${value}x`,
    `__Host-countersign=${value}`,
    `Countersign=${value}`,
  ]) {
    const response = await server.get(urlOf({ prompt: 'none' }), { cookie })
    assert.match(response.headers.get('location') ?? '', /error=login_required/, cookie)
  }
})

const issuers: readonly (readonly [issuer: string, prefix: string, secure: string])[] = [
  ['https://login.example.com', '__Host-', ' Secure;'],
  ['https://127.0.0.1:8443', '__Host-', ' Secure;'],
  // Safari drops cookies with Secure or `__Host-` on http, from loopback hosts too.
  ['http://127.0.0.1:8000', '', ''],
  ['http://localhost:8000', '', ''],
  ['http://[::1]:8000', '', ''],
]
for (const [at, prefix, secure] of issuers) {
  test(`I5 ${at}: every cookie is ${secure ? '__Host-, Secure, ' : ''}HttpOnly, SameSite and short`, async (t) => {
    const { server } = await startServer(t, { clients, issuer: at })
    const cookies: string[] = []
    const agent = createUserAgent((request) => server.fetch(request, loopback), at)
    const send = async (request: Request) => {
      const response = await agent.send(request)
      cookies.push(...response.headers.getSetCookie())
      return response
    }
    const login = await send(new Request(`${at}/login?${urlOf().split('?')[1]}`))
    const fields = hiddenFields({ body: await login.text() })
    const post = (path: string, form: Record<string, string>) =>
      send(new Request(`${at}${path}`, { method: 'POST', body: new URLSearchParams(form), headers: fromOwnPage }))
    await post('/language', { ...fields, language: 'ru' })
    await post('/login', { ...fields, username: 'tim', password: 'wrong' })
    await post('/login', { ...fields, username: 'tim', password: 'tim1234' })
    assert.equal(cookies.length, 4)
    const pattern = new RegExp(
      `^${prefix}countersign[a-z-]*=[\\w-]*; Path=/; Max-Age=\\d+;${secure} HttpOnly; SameSite=Lax$`,
    )
    for (const cookie of cookies) {
      assert.match(cookie, pattern)
      assert.ok(cookie.length < 4096)
    }
    const silent = await agent.send(new Request(`${at}${urlOf({ prompt: 'none' })}`))
    assert.match(silent.headers.get('location') ?? '', /error=consent_required/)
    assert.match((await agent.open(urlOf())).body, /lang="ru"/)
  })
}

test('I6 no page can be framed, error pages included', async (t) => {
  const server = await startTutorialServer(t, { clients })
  const agent = userAgentOf(server)
  const stranger = userAgentOf(server)
  const html = { headers: { accept: 'text/html' } }
  const login = await agent.open(urlOf())
  const consent = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  const responses = [
    login,
    consent,
    await agent.open(urlOf({ prompt: 'select_account' })),
    await agent.open(urlOf({ prompt: 'none', response_mode: 'form_post' })),
    ...(await Promise.all(
      [
        '/authorize',
        '/login',
        '/consent?client_id=evil',
        '/select-account',
        '/nowhere',
        '/logout?id_token_hint=x',
        '/token',
        '/errors',
        '/docs',
        '/demo',
        '/_trace',
      ].map((path) => agent.send(new Request(`${issuer}${path}`, html))),
    )),
    await postForm(agent, '/login', {}),
    await postForm(stranger, '/login', {
      ...hiddenFields(await stranger.open(urlOf())),
      username: 'tim',
      password: 'wrong',
    }),
  ]
  for (const { url, headers } of responses) {
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, url)
    assert.equal(headers.get('x-frame-options'), 'DENY', url)
    assert.match(headers.get('content-type') ?? '', /^text\/html/, url)
  }
})

const elsewhere = [
  '//evil.example',
  '/\\evil.example',
  '/%2f%2fevil.example',
  'https:evil.example',
  'https://evil.example/login?x',
  '/..//evil.example',
  '../login?x',
  'javascript:alert(1)',
  'login',
  'login\r\nSet-Cookie: evil=1?x',
  'login?x\r\nSet-Cookie: evil=1',
  '\tlogin?x',
  'login?é',
  'authorize?x',
  'login/../..//evil.example?x',
  'login#?x',
  '',
]

for (const target of elsewhere) {
  test(`I9 neither a language choice nor another post redirects to ${JSON.stringify(target)}`, async (t) => {
    const server = await startServer(t, { clients })
    const agent = userAgentOf(server)
    const fields = hiddenFields(await agent.open(urlOf()))
    const chosen = await postForm(agent, '/language', { ...fields, language: 'en', return: target })
    assert.equal(chosen.status, 400)
    assert.equal(chosen.headers.get('set-cookie'), null)
    for (const [path, decision] of [
      ['/login', { decision: 'cancel' }],
      ['/consent', { decision: 'allow' }],
      ['/select-account', { account: '' }],
    ] as const) {
      const response = await postForm(agent, path, { ...fields, ...decision, request: target })
      assert.equal(response.status, 400)
      assert.equal(response.headers.get('location'), null)
    }
  })
}

test('I9 a return target of ours leads only to our path, with any suffix', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  const fields = hiddenFields(await agent.open(urlOf()))
  for (const rest of ['//evil.example', '@evil.example', 'ui_locales=//evil.example', '&x=https://evil.example']) {
    const response = await postForm(agent, '/language', { ...fields, language: 'en', return: `login?${rest}` })
    assert.equal(new URL(response.headers.get('location') ?? '', issuer).origin, issuer)
    assert.ok(response.headers.get('location')?.startsWith('/login?'))
  }
})
