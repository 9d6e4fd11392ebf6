/** RFC 9207, the issuer in authorization responses: protection against mix-up attacks. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ask } from '../support/authorization.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { startServer } from '../support/server.ts'
import { createUserAgent } from '../support/user-agent.ts'

const clients = [webApp]
const issuers = [
  'http://127.0.0.1:8000',
  'https://login.example.com',
  'https://login.example.com/',
  'https://login.example.com/tenant',
]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

for (const issuer of issuers) {
  test(`§2, §2.4 F13 a code comes with the exact issuer: ${issuer}`, async (t) => {
    const server = await startServer(t, { clients, issuer })
    const agent = createUserAgent((request) => server.server.fetch(request), new URL(issuer).origin)
    let page = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
    page = await agent.submit(page, { username: 'tim', password: 'tim1234' })
    page = await agent.submit(page, { decision: 'allow' })
    assert.ok(responseOf(page).get('code'))
    assert.deepEqual(responseOf(page).getAll('iss'), [issuer])
  })

  test(`§2 F13 an error comes with the exact issuer: ${issuer}`, async (t) => {
    const server = await startServer(t, { clients, issuer })
    const { parameters } = await ask(server, { prompt: 'none' })
    assert.equal(parameters.get('error'), 'login_required')
    assert.deepEqual(parameters.getAll('iss'), [issuer])
  })
}

const errors: readonly (readonly [error: string, parameters: Readonly<Record<string, string | undefined>>])[] = [
  ['invalid_request', { code_challenge: undefined, code_challenge_method: undefined }],
  ['unsupported_response_type', { response_type: 'token' }],
  ['invalid_scope', { scope: 'unknown' }],
  ['invalid_target', { resource: 'https://other.example' }],
  ['request_not_supported', { request: 'e30.e30.' }],
  ['request_uri_not_supported', { request_uri: 'https://app.example.com/request' }],
  ['login_required', { prompt: 'none' }],
]

for (const [error, parameters] of errors) {
  test(`§2 F13 ${error} comes with the issuer, in the query and in a posted form`, async () => {
    const byQuery = await ask(server, parameters)
    assert.ok(byQuery.location.startsWith(`${redirectUri}?`))
    assert.deepEqual([byQuery.parameters.get('error'), byQuery.parameters.get('iss')], [error, 'http://127.0.0.1:8000'])
    const byForm = await ask(server, { ...parameters, response_mode: 'form_post' })
    assert.match(byForm.body, new RegExp(`name="error" value="${error}"`))
    assert.match(byForm.body, /name="iss" value="http:\/\/127\.0\.0\.1:8000"/)
  })
}

test('§2 F13 access_denied by the user comes with the issuer', async () => {
  const agent = userAgentOf(server)
  const login = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const page = await agent.submit(login, { decision: 'cancel' })
  assert.deepEqual(
    [responseOf(page).get('error'), responseOf(page).get('iss')],
    ['access_denied', 'http://127.0.0.1:8000'],
  )
})

test('§2.3 iss is added to a query that the redirect URI already has, and does not change it', async (t) => {
  const withQuery = { ...webApp, redirect_uris: ['https://app.example.com/cb?tenant=a'] }
  const server = await startServer(t, { clients: [withQuery] })
  const agent = userAgentOf(server)
  const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(withQuery, newPkce()))))
  assert.ok(page.url.startsWith('https://app.example.com/cb?tenant=a&'))
  assert.deepEqual([responseOf(page).get('tenant'), responseOf(page).get('iss')], ['a', 'http://127.0.0.1:8000'])
})

test('§3 the metadata announces iss', async (t) => {
  const { get } = await startServer(t)
  const metadata = JSON.parse(await (await get('/.well-known/oauth-authorization-server')).text())
  assert.equal(metadata.authorization_response_iss_parameter_supported, true)
})
