/** No sticky sessions: each request of a browser and of its client goes to another server on the same database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenCode } from '../support/authorization.ts'
import { exchange, issuer, type Tokens, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { loopback, startServer } from '../support/server.ts'
import { createUserAgent } from '../support/user-agent.ts'

const clients = [webApp]

for (const database of databaseKinds) {
  test(`S2 ${database}: a login, its pages, its tokens, a refresh and a logout go through three servers in turn`, async (t) => {
    const first = await startServer(t, { database, clients })
    const { databaseUrl } = first
    const servers = [
      first,
      await startServer(t, { databaseUrl, clients }),
      await startServer(t, { databaseUrl, clients }),
    ]
    let requests = 0
    const next = () => servers[requests++ % servers.length] ?? first
    for (let start = 0; start < servers.length; start++) {
      requests = start
      const agent = createUserAgent(async (request) => next().server.fetch(request, loopback), issuer)
      const { form } = await givenCode(first, webApp, { scope: 'openid me' }, { agent })
      const { status, body } = await exchange(next(), webApp, form)
      assert.equal(status, 200)
      const tokens = body as unknown as Tokens
      for (const server of servers) assert.equal(await opens(server, tokens.access_token), true)
      const refreshed = await exchange(next(), webApp, {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
      })
      assert.equal(refreshed.status, 200)
      // Remembered at one server, used at the next: no page asks again.
      const again = await givenCode(first, webApp, { scope: 'openid me', prompt: 'none' }, { agent })
      assert.equal((await exchange(next(), webApp, again.form)).status, 200)
      const confirmed = await agent.submit(await agent.open('/logout'), { decision: 'logout' })
      assert.equal(confirmed.status, 200)
      await assert.rejects(
        givenCode(first, webApp, { scope: 'openid me', prompt: 'none' }, { agent }),
        /login_required/,
      )
    }
    assert.ok(requests > 10)
  })
}
