/** RFC 6749 §4.3.3 and §6: what a client that may refresh gets from the password grant; on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { exchange } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { migratingApp, startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows } from '../support/rows.ts'
import type { TestServer } from '../support/server.ts'

const withoutRefresh: ClientDeclaration = { ...migratingApp, client_id: 'without', grant_types: ['password'] }
const clients = [migratingApp, withoutRefresh]

function logIn(server: TestServer, client: ClientDeclaration = migratingApp) {
  return exchange(server, client, { grant_type: 'password', username: 'tim', password: 'tim1234', scope: 'me' })
}

function refresh(server: TestServer, token: unknown) {
  return exchange(server, migratingApp, { grant_type: 'refresh_token', refresh_token: String(token) })
}

for (const database of databaseKinds) {
  test(`${database}: §4.3.3 a client that may refresh gets a refresh token, with the scope that was granted`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, clients })
    const first = await logIn(server)
    assert.deepEqual([first.status, first.body['scope']], [200, 'me'])
    assert.equal(first.body['refresh_token_expires_in'], server.server.context.config.refreshTokenIdleLifetime)
    server.clock.now += 3600
    const second = await refresh(server, first.body['refresh_token'])
    assert.deepEqual([second.status, second.body['scope']], [200, 'me'])
    assert.equal(second.body['id_token'], undefined)
    assert.equal(await opens(server, String(second.body['access_token'])), true)
  })

  test(`${database}: §4.3.3 a client that may not refresh, and the tutorial's software, get none, and nothing is stored`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, clients })
    assert.equal((await logIn(server, withoutRefresh)).body['refresh_token'], undefined)
    const response = await server.post('/token', { username: 'tim', password: 'tim1234' })
    assert.equal(JSON.parse(await response.text()).refresh_token, undefined)
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
  })

  test(`${database}: §6 tokens from a password are revoked with their grant`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, clients })
    const { body } = await logIn(server)
    await server.server.context.store.grants.revokeClient('tim', 'migrating', 'revoked', server.clock.now)
    assert.equal((await refresh(server, body['refresh_token'])).body['error'], 'invalid_grant')
    assert.equal(await opens(server, String(body['access_token'])), false)
  })
}
