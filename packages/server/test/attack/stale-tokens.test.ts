/** Tokens from before a change: what was revoked no longer works from that second on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setPassword } from '../../src/users/set-password.ts'
import { basicOf, clientSecret, givenClient } from '../support/clients.ts'
import { logIn, redirectUri } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { tim } from '../support/people.ts'
import { startServer } from '../support/server.ts'

for (const database of databaseKinds) {
  test(`${database}: a password change revokes the tokens of the same second, and new tokens of that second work`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    const status = async (token: string) => (await server.get('/users/me', { authorization: `Bearer ${token}` })).status
    const former = await tokenByPassword(server, tim)
    await setPassword(server.server.context, 'tim', 'another password of tim')
    assert.equal(await status(former), 401)
    assert.equal(
      await status(await tokenByPassword(server, { username: 'tim', password: 'another password of tim' })),
      200,
    )
  })

  test(`${database}: K9 a client that has lost a scope can no longer read anything with it`, async (t) => {
    const server = await startServer(t, { database })
    const { store } = server.server.context
    const client = await givenClient(server, {
      id: 'app',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [redirectUri],
      scopes: ['openid', 'profile', 'email'],
    })
    const declared = { client_id: 'app', client_secret: clientSecret, redirect_uris: [redirectUri] }
    const tokens = await logIn(server, declared, { scope: 'openid profile email' })
    await store.clients.update({ ...client, scopes: ['openid'] }, server.clock.now)

    const authorization = `Bearer ${tokens.access_token}`
    const claims = JSON.parse(await (await server.get('/userinfo', { authorization })).text())
    assert.deepEqual(claims, { sub: 'tim' })
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const response = await server.post('/introspect', { token }, basicOf('app'))
      assert.equal(JSON.parse(await response.text()).scope, 'openid')
    }
  })
}
