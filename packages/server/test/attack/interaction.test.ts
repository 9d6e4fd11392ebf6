/** What browsers post between `/authorize` and its response, under attack: I1, I6 and I9 of the security cases (RFC 9700 §4.7, §4.16); for the cookie see browser-cookie.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { issuer, passPages, userAgentOf, webApp } from '../support/code-flow.ts'
import { urlOf } from '../support/interaction.ts'
import { hiddenFields, postForm } from '../support/page-posts.ts'
import { query } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const clients = [webApp]

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
