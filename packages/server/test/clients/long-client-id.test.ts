/** A client id that is an https URL of 512 characters, as an OAuth Client ID Metadata Document has: everywhere that ids go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { addClient } from '../../src/clients/add-client.ts'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { ask } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import { logIn, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { startServer, type TestServer } from '../support/server.ts'

const start = "https://app.example.com/metadata?a='b'&c=%20+"
const id = start + 'm'.repeat(512 - start.length)

const app: ClientDeclaration = {
  ...webApp,
  client_id: id,
  grant_types: [...(webApp.grant_types ?? []), 'client_credentials'],
}
const { client_secret: secret = '', client_name: _, ...metadata } = app

async function introspected(server: TestServer, token: string, headers: Readonly<Record<string, string>>) {
  const response = await server.post('/introspect', { token }, headers)
  return JSON.parse(await response.text())
}

async function checkFlow(server: TestServer, client: ClientDeclaration): Promise<void> {
  const tokens = await logIn(server, client, { scope: 'openid me offline_access', prompt: 'consent' })
  assert.ok(await opens(server, tokens.access_token))
  assert.equal(decodeJwt(tokens.id_token).aud, id)
  const basic = basicOf(id, client.client_secret)
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    const { active, client_id: owner } = await introspected(server, token, basic)
    assert.deepEqual([active, owner], [true, id])
  }
  const refreshed = await server.post(
    '/token',
    { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
    basic,
  )
  assert.equal(refreshed.status, 200)
  const logout = new URLSearchParams({ id_token_hint: tokens.id_token, client_id: id })
  assert.equal((await server.get(`/logout?${logout}`)).status, 200)
}

for (const database of databaseKinds) {
  test(`${database}: a declared client with such an id goes through the whole flow`, async (t) => {
    const server = await startServer(t, { database, clients: [app] })
    await checkFlow(server, app)
  })

  test(`${database}: a registered client with such an id goes through the whole flow, its name is the id`, async (t) => {
    const server = await startServer(t, { database })
    const added = await addClient(server.server.context, metadata)
    assert.equal(added.client.name, id)
    await checkFlow(server, { ...app, client_secret: added.secret ?? '' })
  })

  test(`${database}: its own token has the id as subject, and is active`, async (t) => {
    const server = await startServer(t, { database, clients: [app] })
    const basic = basicOf(id, secret)
    const response = await server.post('/token', { grant_type: 'client_credentials' }, basic)
    const { access_token: token } = JSON.parse(await response.text())
    const { active, sub, client_id: owner } = await introspected(server, token, basic)
    assert.deepEqual([active, sub, owner], [true, id, id])
  })
}

test('RFC 6749 §2.3.1 such an id authenticates by Basic when it is form-urlencoded, and in the body', async (t) => {
  const posting: ClientDeclaration = { ...app, token_endpoint_auth_method: 'client_secret_post' }
  const form = { grant_type: 'client_credentials' }
  const basicServer = await startServer(t, { clients: [app] })
  const postServer = await startServer(t, { clients: [posting] })
  assert.equal((await basicServer.post('/token', form, basicOf(id, secret))).status, 200)
  assert.equal((await postServer.post('/token', { ...form, client_id: id, client_secret: secret })).status, 200)
  // The first colon ends the id: one that is not encoded ends it too early.
  const raw = { authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}` }
  assert.equal((await basicServer.post('/token', form, raw)).status, 401)
})

test('a rejection at /authorize records the whole id, and the page is well-formed', async (t) => {
  const server = await startServer(t, { clients: [app] })
  const rejected = await ask(server, { scope: 'nothing' }, app)
  assert.equal(rejected.parameters.get('error'), 'invalid_scope')
  const page = await ask(server, { redirect_uri: 'https://other.example/cb' }, app)
  assert.equal(page.status, 400)
  const { traces, store } = server.server.context
  await traces.flush()
  const stored = await store.traces.find(rejected.headers.get('x-request-id') ?? '')
  assert.ok(JSON.stringify(stored?.steps).includes(JSON.stringify(id)))
  assert.doesNotMatch(page.body, /metadata\?a='b'/)
})

test('ids of more than 512 characters are unknown clients', async (t) => {
  const server = await startServer(t, { clients: [app] })
  const longer = { ...app, client_id: `${id}m` }
  assert.equal((await ask(server, {}, longer)).status, 400)
  assert.equal(
    (await server.post('/token', { grant_type: 'client_credentials' }, basicOf(`${id}m`, secret))).status,
    401,
  )
})
