/** Wrong client secrets, codes, refresh tokens and introspected tokens: they are counted, the operator learns of them, and no right one is rejected. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CountersignEvent } from '../../src/domain/event.ts'
import { givenCode } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import { exchange, logIn, singlePageApp, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

const clients = [webApp, singlePageApp]
const right = basicOf(webApp.client_id, webApp.client_secret)
const wrong = basicOf(webApp.client_id, 'a wrong secret of a client, 32 letters')

/** Each sends one wrong secret. */
const attempts: Readonly<Record<string, (server: TestServer, count: number) => Promise<Response>>> = {
  'a client secret at /token': ({ post }) => post('/token', { grant_type: 'refresh_token', refresh_token: 'x' }, wrong),
  'a client secret at /revoke': ({ post }) => post('/revoke', { token: 'x' }, wrong),
  'a client secret at /introspect': ({ post }) => post('/introspect', { token: 'x' }, wrong),
  'a client secret that is not form-encoded': ({ post }) =>
    post('/revoke', { token: 'x' }, { authorization: `Basic ${btoa(`${webApp.client_id}:100%`)}` }),
  'a client secret in the form': ({ post }) =>
    post('/token', { grant_type: 'refresh_token', client_id: 'nobody', client_secret: 'x' }),
  'a client secret of a public client': ({ post }) =>
    post('/token', { grant_type: 'refresh_token', client_id: singlePageApp.client_id, client_secret: 'x' }),
  'a code': ({ post }, count) => post('/token', { grant_type: 'authorization_code', code: `ac_${count}` }, right),
  'a refresh token': ({ post }, count) =>
    post('/token', { grant_type: 'refresh_token', refresh_token: `rt_${count}` }, right),
  'a refresh token of a public client': ({ post }, count) =>
    post('/token', { grant_type: 'refresh_token', refresh_token: `rt_${count}`, client_id: singlePageApp.client_id }),
  'an introspected token': ({ post }, count) => post('/introspect', { token: `x.y.${count}` }, right),
  'an introspected refresh token': ({ post }, count) => post('/introspect', { token: `rt_${count}` }, right),
}

const warningsOf = ({ log }: TestServer) => log.filter(({ message }) => message.includes('_budget_exhausted'))

for (const database of databaseKinds) {
  test(`${database}: wrong secrets of a client get one line in the log and one incident at the limit; only wrong client secrets are told to wait then`, async (t) => {
    const events: CountersignEvent[] = []
    const onEvent = (event: CountersignEvent) => void events.push(event)
    for (const [what, attempt] of Object.entries(attempts)) {
      const server = await startServer(t, { database, clients, accountFailureLimit: 3, onEvent })
      const incidents = () => server.server.context.store.incidents.list(0, 100)
      const responses = [await attempt(server, 1), await attempt(server, 2)]
      assert.deepEqual([warningsOf(server).length, (await incidents()).length], [0, 0], what)
      for (let count = 3; count < 12; count++) responses.push(await attempt(server, count))
      // Three times the limit.
      const beyond = what.startsWith('a client secret') ? responses.splice(9) : []
      assert.equal(new Set(responses.map(({ status }) => status)).size, 1, what)
      assert.equal(new Set(await Promise.all(responses.map((response) => response.text()))).size, 1, what)
      for (const response of beyond) {
        assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '900'], what)
        const { error } = (await response.json()) as { error: string }
        assert.equal(error, 'too_many_requests')
      }
      const [incident, ...others] = await incidents()
      assert.deepEqual([warningsOf(server).length, others.length], [1, 0], what)
      assert.equal(incident?.kind, 'client_budget_exhausted')
      assert.equal(incident?.second.requestId, responses[2]?.headers.get('x-request-id'))
      assert.ok(['', webApp.client_id, singlePageApp.client_id].includes(incident?.clientId ?? 'none'))
      const ids = events.flatMap((event) => (event.type === 'incident' ? [event.requestId] : []))
      assert.equal(ids.at(-1), incident?.second.requestId)
      // A new window.
      server.clock.now += 900
      for (let count = 12; count < 16; count++) await attempt(server, count)
      assert.equal((await incidents()).length, 2, what)
    }
  })

  test(`${database}: right secrets are never rejected for it, and wrong ones lock no login`, async (t) => {
    const limits = { accountFailureLimit: 2, addressFailureLimit: 4 }
    const server = await startServer(t, { database, clients, ...limits })
    const tokens = await logIn(server, webApp, { scope: 'openid me' })
    const { form } = await givenCode(server, webApp)
    for (let round = 0; round < 3; round++) {
      for (const attempt of Object.values(attempts)) await attempt(server, round)
    }
    assert.equal((await exchange(server, webApp, form)).status, 200)
    const refreshed = await exchange(server, webApp, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
    })
    assert.equal(refreshed.status, 200)
    const introspected = await server.post('/introspect', { token: tokens.access_token }, right)
    assert.equal(JSON.parse(await introspected.text()).active, true)
    await logIn(server, singlePageApp, { scope: 'openid' })
    const kinds = (await server.server.context.store.incidents.list(0, 100)).map(({ kind }) => kind)
    assert.deepEqual(kinds.toSorted(), ['address_budget_exhausted', 'client_budget_exhausted'])
  })

  test(`${database}: many clients from one address are counted by it, parallel requests too, and make no more rows than its limit`, async (t) => {
    const server = await startServer(t, { database, clients, addressFailureLimit: 20 })
    const forms = Array.from({ length: 60 }, (_, index) => {
      return { grant_type: 'client_credentials', client_id: `client-${index}`, client_secret: 'x'.repeat(32) }
    })
    await Promise.all(forms.map((form) => server.post('/token', form)))
    assert.equal(warningsOf(server).length, 1)
    const [incident, ...others] = await server.server.context.store.incidents.list(0, 100)
    assert.deepEqual([incident?.kind, incident?.clientId, others.length], ['address_budget_exhausted', '', 0])
  })
}

test('made-up clients whose address is not known make one row together', async (t) => {
  const server = await startServer(t, { clients })
  const sendAs = (id: string) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: 'x' })
    // As from a program around the server that does not pass the address.
    return server.server.fetch(new Request('http://127.0.0.1:8000/token', { method: 'POST', body }))
  }
  const statuses = new Set<number>()
  for (let index = 0; index < 40; index++) statuses.add((await sendAs(`client-${index}`)).status)
  assert.deepEqual(statuses, new Set([401, 429]))
  assert.equal(await countRows(server.databaseUrl, 'throttle'), 1)
  assert.equal(warningsOf(server).length, 1)
  await sendAs(webApp.client_id)
  assert.equal(await countRows(server.databaseUrl, 'throttle'), 2)
})

test('what was right once is not counted: expired, used and revoked tokens', async (t) => {
  const server = await startServer(t, { clients, accountFailureLimit: 1 })
  const tokens = await logIn(server, webApp, { scope: 'openid me' })
  const refresh = (token: string) => exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: token })
  await refresh(tokens.refresh_token)
  server.clock.now += 3600
  assert.equal((await refresh(tokens.refresh_token)).status, 400)
  const introspected = await server.post('/introspect', { token: tokens.access_token }, right)
  assert.equal(await introspected.text(), '{"active":false}')
  assert.equal(warningsOf(server).length, 0)
})
