/** The headers of pages that confine them: HSTS (RFC 6797), Cross-Origin-Opener-Policy, and at logout Clear-Site-Data. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { authorizeUrl, logIn, newPkce, requestOf, singlePageApp, userAgentOf, webApp } from '../support/code-flow.ts'
import { afterLogout, logoutUrl } from '../support/logout.ts'
import { startServer } from '../support/server.ts'

const clients = [webApp, singlePageApp]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })
const secure = await startServer({ after }, { clients, issuer: 'https://login.example.com' })

test('RFC 6797 §6.1 every response of an https issuer says that this host is reached by https alone', async () => {
  const login = authorizeUrl(requestOf(webApp, newPkce()))
  const paths = ['/', '/errors', login, '/authorize?client_id=nobody', '/logout', '/unknown', '/healthz', '/docs']
  for (const path of paths) {
    const { headers } = await secure.get(path, { accept: 'text/html' })
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000', path)
  }
})

test('RFC 6797 §7.2 an http issuer, on loopback, does not', async () => {
  for (const path of ['/', '/errors', '/unknown']) {
    const { headers } = await server.get(path, { accept: 'text/html' })
    assert.equal(headers.get('strict-transport-security'), null, path)
  }
})

test('a window that opened a page has no hold of it', async () => {
  for (const path of ['/', '/errors', '/docs', '/authorize?client_id=nobody', '/logout', '/unknown']) {
    const { headers } = await server.get(path, { accept: 'text/html' })
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path)
  }
})

test('the pages of a login of a web app have no opener; those for an app in the browser, which may wait in the opener, do', async () => {
  for (const [client, policy] of [
    [webApp, 'same-origin'],
    [singlePageApp, 'unsafe-none'],
  ] as const) {
    const agent = userAgentOf(server)
    const request = requestOf(client, newPkce(), { scope: 'openid', prompt: 'consent select_account' })
    const login = await agent.open(authorizeUrl(request))
    assert.match(login.url, /\/login/)
    const next = await agent.submit(login, { username: 'tim', password: 'tim1234' })
    assert.match(next.url, /\/(?:consent|select-account)/)
    for (const page of [login, next]) assert.equal(page.headers.get('cross-origin-opener-policy'), policy, page.url)
  }
})

test('a logout clears what the browser keeps of this origin, and no cookies, which other sites may share', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  const { id_token } = await logIn(server, webApp, {}, agent)
  const redirected = await agent.open(logoutUrl({ id_token_hint: id_token, post_logout_redirect_uri: afterLogout }))
  assert.deepEqual([redirected.status, redirected.headers.get('clear-site-data')], [303, '"cache", "storage"'])

  await logIn(server, webApp, {}, agent)
  const asked = await agent.open(logoutUrl())
  assert.equal(asked.headers.get('clear-site-data'), null)
  const confirmed = await agent.submit(asked, { decision: 'logout' })
  assert.equal(confirmed.headers.get('clear-site-data'), '"cache", "storage"')
})

test('a logout below a path leaves the storage of the application around it alone', async (t) => {
  const server = await startServer(t, { clients, issuer: 'https://example.com/auth' })
  const agent = userAgentOf(server)
  const { id_token } = await logIn(server, webApp, {}, agent)
  const { headers } = await agent.open(logoutUrl({ id_token_hint: id_token }))
  assert.equal(headers.get('clear-site-data'), '"cache"')
})
