/** `/revoke` under attack: cases K5, K6, K8 (RFC 7009 §2.1, §2.2, §5). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rejectionReasons } from '../support/accounts.ts'
import { basicOf } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, opens, refresh } from '../support/grants.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer } from '../support/server.ts'

for (const database of databaseKinds) {
  test(`${database}: K5 a token that is unknown, expired, malformed, revoked twice or has a wrong hint gets 200 and an empty body`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const [expired, twice] = [await givenGrant(server), await givenGrant(server)]
    const old = await refresh(server, expired.refreshToken)
    server.clock.now += 3600
    const live = await refresh(server, twice.refreshToken)
    const forms: readonly Record<string, string>[] = [
      { token: 'rt_unknown' },
      { token: 'garbage' },
      { token: 'a.b.c' },
      { token: 'x'.repeat(60_000) },
      { token: old.accessToken },
      { token: old.accessToken, token_type_hint: 'refresh_token' },
      { token: live.accessToken, token_type_hint: 'refresh_token' },
      { token: live.accessToken, token_type_hint: 'access_token' },
      { token: live.refreshToken, token_type_hint: 'something else' },
      { token: live.refreshToken, token_type_hint: 'access_token' },
      { token: live.refreshToken },
    ]
    for (const form of forms) {
      const response = await server.post('/revoke', form, basicOf('app'))
      assert.deepEqual([response.status, await response.text()], [200, '{}'], JSON.stringify(form).slice(0, 80))
    }
    assert.equal(await opens(server, live.accessToken), false)
    assert.equal((await refresh(server, live.refreshToken)).error, 'invalid_grant')
  })

  test(`${database}: K6 the tokens of another client stay valid`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    const live = await refresh(server, refreshToken)
    const callers: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
      [{}, basicOf('other')],
      [{}, basicOf('api')],
      [{ client_id: 'spa' }, {}],
      [{}, {}],
    ]
    for (const [form, headers] of callers) {
      for (const token of [live.accessToken, live.refreshToken, refreshToken]) {
        const response = await server.post('/revoke', { ...form, token }, headers)
        assert.deepEqual([response.status, JSON.parse(await response.text()).error], [400, 'unauthorized_client'])
      }
    }
    assert.deepEqual(new Set(rejectionReasons(server)), new Set(['token_of_another_client']))
    assert.equal(await opens(server, live.accessToken), true)
    assert.equal((await refresh(server, live.refreshToken)).status, 200)
  })
}

test("K6 a registered client cannot revoke tokens of the deployment's own software", async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const token = await server.accessToken()
  assert.equal((await server.post('/revoke', { token }, basicOf('app'))).status, 400)
  assert.equal(await opens(server, token), true)
})

test('K8 GET is 405, a token in the URL is rejected, and a callback is ignored', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { refreshToken } = await givenGrant(server)
  for (const path of ['/revoke', '/introspect']) {
    const get = await server.get(`${path}?token=${refreshToken}`, basicOf('app'))
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST'])
    assert.equal((await server.post(`${path}?token=${refreshToken}`, {}, basicOf('app'))).status, 400)
    const missing = await server.post(path, {}, basicOf('app'))
    assert.deepEqual([missing.status, JSON.parse(await missing.text()).error], [400, 'invalid_request'])
  }
  assert.equal((await refresh(server, refreshToken)).status, 200)
  const response = await server.post('/revoke', { token: refreshToken, callback: 'alert' }, basicOf('app'))
  assert.deepEqual([response.status, await response.text()], [200, '{}'])
})
