/** OAuth 2.0 Form Post Response Mode: the response is a form that the browser posts to the client. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ask } from '../support/authorization.ts'
import {
  authorizeUrl,
  exchange,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const clients = [webApp]
const formPost = { response_mode: 'form_post' }

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

/** The hidden fields of the page's form for the client. */
function fieldsOf(body: string): Readonly<Record<string, string>> {
  const form = /<form method="post" action="https:\/\/app\.example\.com\/cb" id="form-post">([\s\S]*?)<\/form>/.exec(
    body,
  )
  assert.ok(form, body)
  const inputs = [...(form[1] ?? '').matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value]))
}

for (const database of databaseKinds) {
  test(`${database}: §2 a code is in a form that is posted to the redirect URI, and the code works`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const pkce = newPkce()
    const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, pkce, formPost))))
    assert.equal(page.status, 200)
    const { code, state, iss, ...rest } = fieldsOf(page.body)
    assert.deepEqual([state, iss, rest], ['a state', 'http://127.0.0.1:8000', {}])
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier }
    assert.equal((await exchange(server, webApp, form)).status, 200)
  })
}

test('§2 an error is in the same form', async () => {
  const { status, location, body } = await ask(server, { ...formPost, prompt: 'none' })
  assert.deepEqual([status, location], [200, ''])
  const { error, state, code } = fieldsOf(body)
  assert.deepEqual([error, state, code], ['login_required', 'a state', undefined])
})

test('§2 the values are escaped as HTML', async () => {
  const state = `"><script>alert(1)</script>&amp;'`
  const { body } = await ask(server, { ...formPost, prompt: 'none', state })
  assert.equal(body.includes('<script>alert'), false)
  assert.equal(fieldsOf(body)['state'], '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&#39;')
})

test('§2 a script of this server submits the form, and without scripts a button does', async () => {
  const { headers, body } = await ask(server, { ...formPost, prompt: 'none' })
  assert.match(body, /<script src="\/pages\/form-post\.js" defer>/)
  assert.match(body, /<button[^>]*id="continue"/)
  const script = await server.get('/pages/form-post.js')
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(policy, /script-src 'self'/)
  assert.doesNotMatch(policy, /unsafe|form-action/)
})

test('§4 the page is not cached, cannot be framed and sends no Referer', async (t) => {
  const server = await startServer(t, { clients })
  const { headers } = await ask(server, { ...formPost, prompt: 'none' })
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
})

test('OAuth 2.0 Multiple Response Types §2.1 query can be requested; fragment and others are rejected, with an error in the query', async () => {
  const errorFor = async (mode: string) =>
    (await ask(server, { response_mode: mode, prompt: 'none' })).parameters.get('error')
  assert.equal(await errorFor('query'), 'login_required')
  for (const mode of ['fragment', 'FORM_POST', 'query.jwt', 'web_message'])
    assert.equal(await errorFor(mode), 'invalid_request')
})

test('§2 the discovery document names form_post', async (t) => {
  const { get } = await startServer(t)
  const metadata = JSON.parse(await (await get('/.well-known/openid-configuration')).text())
  assert.deepEqual(metadata.response_modes_supported, ['query', 'form_post'])
})
