/** Log in at a client of any kind: the authorization code flow from /authorize to /userinfo, on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import {
  authorizeUrl,
  issuer,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  singlePageApp,
  userAgentOf,
  webApp,
  withoutPkce,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const clients = [webApp, singlePageApp, withoutPkce]

for (const database of databaseKinds) {
  for (const client of clients) {
    test(`${database}: ${client.client_name} logs tim in, gets all three tokens and reads his profile`, async (t) => {
      const server = await startServer(t, { database, clients })
      const tokens = await logIn(server, client, { scope: 'openid profile email me', nonce: 'a nonce' })
      assert.equal(tokens.scope, 'openid profile email me')
      const claims = decodeJwt(tokens.id_token)
      assert.equal(claims.iss, issuer)
      assert.equal(claims.aud, client.client_id)
      assert.equal(claims['nonce'], 'a nonce')

      const authorization = `Bearer ${tokens.access_token}`
      const info = JSON.parse(await (await server.get('/userinfo', { authorization })).text())
      assert.equal(info.sub, claims.sub)
      assert.equal(info.preferred_username, 'tim')
      assert.equal((await server.get('/users/me', { authorization })).status, 200)
    })
  }
}

test('a user who is logged in and has consented is redirected without a page', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, newPkce()))))
  const again = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { prompt: 'none' })))
  assert.ok(responseOf(again).get('code'))
})
