/** Each use of a token and of a browser's session, as the directory of the user is down, back, or no longer has the user. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientDeclaration } from '../../../src/domain/client-metadata.ts'
import { clientSecret } from '../../support/clients.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../../support/code-flow.ts'
import { databaseKinds } from '../../support/databases.ts'
import { bea, carl, password, startWithDirectories } from '../../support/directory-logins.ts'
import { introspect } from '../../support/grants.ts'
import { listedDirectory } from '../../support/listed-directory.ts'
import type { TestServer } from '../../support/server.ts'

const api: ClientDeclaration = {
  client_id: 'api',
  client_secret: clientSecret,
  grant_types: ['client_credentials'],
  resource_server: true,
}

const usable = { me: 200, userInfo: 200, introspection: true, refresh: 200, session: 'code' }
const out = { me: 401, userInfo: 401, introspection: false, refresh: 400, session: 'login_required' }
const unknown = {
  me: 503,
  userInfo: 503,
  introspection: 'temporarily_unavailable',
  refresh: 503,
  session: 'login_required',
}

/** Logs in with a browser of the user's own. Returns what each use of the tokens and of the session gives. */
async function usesOf(server: TestServer, username: string): Promise<() => Promise<Record<string, unknown>>> {
  const agent = userAgentOf(server)
  const tokens = await logIn(server, webApp, { scope: 'openid me' }, agent, { username, password })
  let { refresh_token } = tokens
  return async () => {
    const bearer = { authorization: `Bearer ${tokens.access_token}` }
    const { active, error } = await introspect(server, tokens.access_token)
    const refreshed = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token })
    refresh_token = String(refreshed.body['refresh_token'] ?? refresh_token)
    const silent = requestOf(webApp, newPkce(), { scope: 'openid', prompt: 'none' })
    const response = responseOf(await agent.open(authorizeUrl(silent)))
    return {
      me: (await server.get('/users/me', bearer)).status,
      userInfo: (await server.get('/userinfo', bearer)).status,
      introspection: active ?? error,
      refresh: refreshed.status,
      session: response.get('error') ?? (response.has('code') && 'code'),
    }
  }
}

for (const database of databaseKinds) {
  test(`${database}: tokens and sessions wait for a directory that is down, and end with the user there`, async (t) => {
    const people = listedDirectory('people', [bea, carl])
    const server = await startWithDirectories(t, [people], { database, clients: [webApp, api] })
    const [beaUses, carlUses] = [await usesOf(server, 'bea'), await usesOf(server, 'carl')]
    server.clock.now += 61
    assert.deepEqual(await beaUses(), usable)
    server.clock.now += 61
    people.isDown = true
    assert.deepEqual(await beaUses(), unknown)
    server.clock.now += 61
    people.isDown = false
    assert.deepEqual([await beaUses(), await carlUses()], [usable, usable])
    people.users = [{ ...bea, isDisabled: true }]
    server.clock.now += 61
    assert.deepEqual([await beaUses(), await carlUses()], [out, out])
  })
}
