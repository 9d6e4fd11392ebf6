/** An issuer with a path, such as https://host/tenant: reached under it, or behind a proxy that removes the path. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Page } from '../../src/user-agent/user-agent.ts'
import { basicOf } from '../support/clients.ts'
import { authorizeUrl, newPkce, passPages, redirectUri, requestOf, responseOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'
import { createUserAgent } from '../support/user-agent.ts'

const origin = 'https://login.example.com'
const issuer = `${origin}/tenant`
const options = { issuer, clients: [webApp] }

/** How the server is reached: directly, or through a proxy that removes the path. */
const ways = {
  'under its path': (request: Request) => request,
  'behind a proxy that removes the path': (request: Request) =>
    new Request(request.url.replace(issuer, origin), request),
} as const

/** Every URL of the server in a page is under the path. */
function checkPage({ status, body, url }: Page): void {
  assert.equal(status, 200, body)
  assert.ok(url === issuer || url.startsWith(`${issuer}/`), url)
  const addresses = [...body.matchAll(/(?:action|href|src)="([^"]+)"/g)].map(([, address = '']) => address)
  assert.ok(addresses.length > 0, body)
  const elsewhere = addresses.filter((address) => !/^(\/tenant\/|#|\?)/.test(address) && address !== 'data:,')
  assert.deepEqual(elsewhere, [])
}

function through({ server }: TestServer, way: keyof typeof ways): (request: Request) => Promise<Response> {
  return (request) => server.fetch(ways[way](request))
}

for (const way of ['under its path', 'behind a proxy that removes the path'] as const) {
  for (const database of databaseKinds) {
    test(`${database}: K10 the whole flow stays under the issuer's path, ${way}`, async (t) => {
      const server = await startServer(t, { ...options, database })
      const fetch = through(server, way)
      const agent = createUserAgent(fetch, origin)
      const pkce = newPkce()
      const login = await agent.open(`/tenant${authorizeUrl(requestOf(webApp, pkce, { scope: 'openid me' }))}`)
      checkPage(login)
      const inJapanese = await agent.submit(login, { language: 'ja' })
      checkPage(inJapanese)
      assert.match(inJapanese.body, /<html lang="ja">/)
      const consent = await agent.submit(inJapanese, { username: 'tim', password: 'tim1234' })
      checkPage(consent)
      const response = responseOf(await agent.submit(consent, { decision: 'allow' }))
      assert.equal(response.get('iss'), issuer)

      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code: response.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: pkce.verifier,
      })
      const headers = basicOf(webApp.client_id, webApp.client_secret)
      const tokens = await fetch(new Request(`${issuer}/token`, { method: 'POST', body, headers }))
      const { access_token: token, id_token: idToken } = JSON.parse(await tokens.text())
      assert.deepEqual([decodeJwt(token).iss, decodeJwt(token).aud, decodeJwt(idToken).iss], [issuer, issuer, issuer])
      const authorization = `Bearer ${token}`
      const userinfo = await fetch(new Request(`${issuer}/userinfo`, { headers: { authorization } }))
      assert.equal(JSON.parse(await userinfo.text()).sub, 'tim')

      const question = await agent.open('/tenant/logout')
      checkPage(question)
      checkPage(await agent.submit(question, { decision: 'logout' }))
    })
  }

  test(`K10 all endpoints of the document are served ${way}, and name the path`, async (t) => {
    const server = await startServer(t, options)
    const fetch = through(server, way)
    const document = await fetch(new Request(`${issuer}/.well-known/openid-configuration`))
    const urls = Object.entries<unknown>(JSON.parse(await document.text()))
      .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
      .map(([, url]) => String(url))
    assert.ok(urls.length >= 7)
    for (const url of urls) {
      assert.ok(url.startsWith(`${issuer}/`), url)
      const statuses = [await fetch(new Request(url)), await fetch(new Request(url, { method: 'POST', body: '' }))]
      assert.ok(!statuses.some(({ status }) => status === 404), url)
    }
  })
}

test('K10 RFC 8414 §3.1, OIDC Discovery §4: all four forms of the well-known URL have the same response', async (t) => {
  const server = await startServer(t, options)
  const bodies = await Promise.all(
    [
      '/.well-known/oauth-authorization-server/tenant',
      '/.well-known/openid-configuration/tenant',
      '/tenant/.well-known/oauth-authorization-server',
      '/tenant/.well-known/openid-configuration',
    ].map(async (path) => (await server.get(path)).text()),
  )
  assert.equal(new Set(bodies).size, 1)
  assert.equal(JSON.parse(bodies[0] ?? '').issuer, issuer)
})

test('the home page is at the issuer, with and without a slash after its path', async (t) => {
  const servers = [await startServer(t, options), await startTutorialServer(t, options)]
  for (const { server, get } of servers) {
    for (const path of ['/tenant', '/tenant/', '/tenant?from=mail', '/tenant/?from=mail', '/']) {
      const response = await get(path)
      checkPage({ url: issuer, status: response.status, headers: response.headers, body: await response.text() })
    }
    const posted = await server.fetch(new Request(issuer, { method: 'POST', body: '' }))
    assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD'])
  }
})

test('a path with the same beginning is not the issuer', async (t) => {
  const server = await startServer(t, options)
  for (const path of [
    '/tenants/token',
    '/tenantx/authorize',
    '/other/tenant/token',
    '/TENANT/token',
    '/tenant/tenant/token',
  ]) {
    assert.equal((await server.get(path)).status, 404, path)
  }
})

test('errors link to the reference under the path, for clients and on pages', async (t) => {
  const server = await startServer(t, options)
  const rejected = await server.post('/tenant/token', { grant_type: 'unknown' })
  assert.match(JSON.parse(await rejected.text()).error_uri, /^https:\/\/login\.example\.com\/tenant\/errors#/)
  const page = await server.get('/tenant/authorize?client_id=nobody')
  assert.match(await page.text(), /href="https:\/\/login\.example\.com\/tenant\/errors#/)
  assert.equal((await server.get('/tenant/errors')).status, 200)
})

test('a posted form is accepted by the origin of the issuer, without the path', async (t) => {
  const server = await startServer(t, options)
  const agent = createUserAgent(through(server, 'under its path'), origin)
  const login = await agent.open(`/tenant${authorizeUrl(requestOf(webApp, newPkce()))}`)
  const [, csrf = ''] = /name="csrf_token" value="([^"]+)"/.exec(login.body) ?? []
  const body = new URLSearchParams({ csrf_token: csrf, request: login.url.split('?')[1] ?? '', decision: 'cancel' })
  const post = (from: string) =>
    agent.send(new Request(`${issuer}/login`, { method: 'POST', body, headers: { origin: from } }))
  assert.equal((await post(origin)).status, 303)
  assert.equal((await post('https://evil.example')).status, 403)
})

test('a path with a slash too many is redirected to a URL under the path', async (t) => {
  const server = await startTutorialServer(t, options)
  const response = await server.post('/tenant/token/', {})
  assert.deepEqual([response.status, response.headers.get('location')], [307, '/tenant/token'])
})

test('the OpenAPI document says that its paths are under the path', async (t) => {
  const document = JSON.parse(await (await (await startTutorialServer(t, options)).get('/tenant/openapi.json')).text())
  assert.deepEqual(document.servers, [{ url: '/tenant' }])
  assert.ok('/token' in document.paths)
})

for (const database of databaseKinds) {
  test(`${database}: K10 issuers with different paths on the same host do not affect each other's sessions`, async (t) => {
    const issuers = ['', '/tenant', '/other'].map((path) => `${origin}${path}`)
    const servers = await Promise.all(issuers.map((one) => startServer(t, { ...options, issuer: one, database })))
    const at = (url: string) => {
      const path = /^\/(tenant|other)(?=\/)/.exec(new URL(url).pathname)?.[0] ?? ''
      return servers[issuers.indexOf(`${origin}${path}`)]?.server
    }
    const fetch = async (request: Request) => (await at(request.url)?.fetch(request)) ?? Response.error()
    const agent = createUserAgent(fetch, origin)
    const ask = (one: string, more = {}) =>
      agent.open(`${one.slice(origin.length)}${authorizeUrl(requestOf(webApp, newPkce(), more))}`)
    for (const one of issuers) assert.ok(responseOf(await passPages(agent, await ask(one))).get('code'))
    assert.equal(agent.cookies.size, 6)
    for (const name of agent.cookies.keys()) assert.match(name, /^__Host-countersign(-[0-9a-f]{16})?(-device)?$/)
    for (const one of issuers) assert.ok(responseOf(await ask(one, { prompt: 'none' })).get('code'))

    await agent.submit(await agent.open('/tenant/logout'), { decision: 'logout' })
    const errors: (string | null)[] = []
    for (const one of issuers) errors.push(responseOf(await ask(one, { prompt: 'none' })).get('error'))
    assert.deepEqual(errors, [null, 'login_required', null])
  })
}
