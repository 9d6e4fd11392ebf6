/** A client gets a code only for what the user allowed, however small the request is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import {
  authorizeUrl,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const stranger: ClientDeclaration = {
  client_id: 'stranger',
  client_name: 'Stranger',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['https://stranger.example/cb'],
}
const openIdOnly: ClientDeclaration = { ...stranger, client_id: 'openid-only', scope: 'openid profile email' }
const nothingAtAll: ClientDeclaration = { ...stranger, client_id: 'nothing', scope: '' }

for (const database of databaseKinds) {
  for (const [client, scope] of [
    [stranger, 'offline_access'],
    [openIdOnly, undefined],
    [nothingAtAll, undefined],
  ] as const) {
    test(`${database}: F21 a request of ${client.client_id} for ${scope ?? 'no scope'} needs consent`, async (t) => {
      const server = await startServer(t, { database, clients: [webApp, client] })
      const agent = userAgentOf(server)
      await logIn(server, webApp, {}, agent)
      const at = (more: Record<string, string>) => authorizeUrl(requestOf(client, newPkce(), { scope, ...more }))
      const silent = responseOf(await agent.open(at({ prompt: 'none' })))
      assert.equal(silent.get('error'), 'consent_required')
      const consentPage = await agent.open(at({}))
      assert.match(consentPage.body, /action="\/consent"/)
      assert.ok(responseOf(await passPages(agent, consentPage)).get('code'))
      assert.ok(responseOf(await agent.open(at({ prompt: 'none' }))).get('code'))
    })
  }
}
