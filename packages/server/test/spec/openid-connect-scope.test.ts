/** OpenID Connect Core 1.0 §3.1.2.1 and RFC 6749 §3.3: a login that requests scopes which are unknown, or not the client's. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { ask, errorFor } from '../support/authorization.ts'
import { authorizeUrl, exchange, logIn, newPkce, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

/** May not have `items`, which the deployment has. */
const narrow: ClientDeclaration = { ...webApp, client_id: 'narrow', scope: 'openid profile me' }
/** May not have `openid`. */
const plain: ClientDeclaration = { ...webApp, client_id: 'plain', scope: 'me items' }
const clients = [narrow, plain]

const server = await startServer({ after }, { clients })
const strict = await startServer({ after }, { clients, strictScopes: true })

for (const [requested, granted] of [
  ['openid groups', 'openid'],
  ['groups openid groups profile roles', 'openid profile'],
  ['openid items', 'openid'],
  ['openid me items write:everything', 'openid me'],
  ['openid ME Profile', 'openid'],
  ['openid __proto__ constructor', 'openid'],
  ['openid,profile me', 'me'],
  ['me https://graph.example.com/.default', 'me'],
  [`openid ${'groups'.repeat(500)}`, 'openid'],
] as const) {
  const title = requested.slice(0, 60)
  test(`§3.1.2.1 a login for "${title}" is one for "${granted}", and the token response says so`, async () => {
    const tokens = await logIn(server, narrow, { scope: requested })
    assert.equal(tokens.scope, granted)
    assert.equal(decodeJwt(tokens.access_token)['scope'], granted)
    assert.equal(tokens.id_token !== undefined, granted.includes('openid'))
  })

  test(`with strictScopes, a login for "${title}" is invalid_scope`, async () => {
    assert.equal(await errorFor(strict, narrow, { scope: requested }), 'invalid_scope')
  })
}

test('§3.1.2.1 a client that may not have openid logs its users in without an ID token', async () => {
  const tokens = await logIn(server, plain, { scope: 'openid profile me' })
  assert.deepEqual([tokens.scope, tokens.id_token], ['me', undefined])
})

for (const scope of ['groups', 'items', 'groups roles', 'openid,profile', 'ME', '*', 'offline groups']) {
  test(`RFC 6749 §3.3 when nothing of "${scope}" is left, the login is invalid_scope`, async () => {
    for (const one of [server, strict]) assert.equal(await errorFor(one, narrow, { scope }), 'invalid_scope')
  })
}

test('with strictScopes, a login for what the client may have is as usual, and offline_access is still ignored (§11)', async () => {
  const withoutRefresh = { ...narrow, grant_types: ['authorization_code'] } satisfies ClientDeclaration
  const server = await startServer({ after }, { clients: [withoutRefresh], strictScopes: true })
  assert.equal((await logIn(server, withoutRefresh, { scope: 'openid me offline_access' })).scope, 'openid me')
})

test('§3.1.2.4 the consent page shows only what is granted', async () => {
  const agent = userAgentOf(server)
  const url = authorizeUrl(requestOf(narrow, newPkce(), { scope: 'openid items groups', prompt: 'consent' }))
  const consent = await agent.submit(await agent.open(url), { username: 'tim', password: 'tim1234' })
  assert.match(consent.body, /action="\/consent"/)
  assert.doesNotMatch(consent.body, /Read items|<li>[^<]*groups/)
})

test('the trace names what was ignored, shortened', async (t) => {
  const server = await startServer(t, { clients })
  const many = Array.from({ length: 100 }, (_, at) => `team:${at}`).join(' ')
  const { headers } = await ask(server, { scope: `openid groups ${many}`, prompt: 'none' }, narrow)
  const { traces, store } = server.server.context
  await traces.flush()
  const trace = await store.traces.find(headers.get('x-request-id') ?? '')
  const step = trace?.steps.find(({ name }) => name === 'check_request')
  assert.equal(step?.facts['scope'], 'openid')
  assert.match(String(step?.facts['ignored_scope']), /^groups team:0 team:1 .*\.\.\.$/)
})

for (const database of databaseKinds) {
  test(`${database}: RFC 6749 §6 a client that repeats the scope of its login gets what the login got`, async (t) => {
    const server = await startServer(t, { database, clients })
    const refresh = async (token: unknown, scope: string) => {
      const form = { grant_type: 'refresh_token', refresh_token: String(token), scope }
      return (await exchange(server, narrow, form)).body
    }
    const tokens = await logIn(server, narrow, { scope: 'openid me groups items' })
    const first = await refresh(tokens.refresh_token, 'openid me groups items')
    assert.equal(first['scope'], 'openid me')
    assert.equal((await refresh(tokens.refresh_token, 'openid me groups items'))['scope'], 'openid me')
    // More than was granted stays invalid_scope, and less than that together with what is unknown.
    for (const scope of ['openid me profile', 'openid me profile groups', 'openid groups', 'groups']) {
      assert.equal((await refresh(first['refresh_token'], scope))['error'], 'invalid_scope', scope)
    }
  })
}
