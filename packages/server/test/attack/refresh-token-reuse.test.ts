/** Refresh tokens that are used again, by a thief or by a client that lost the response: group H of the security cases (RFC 9700 §4.14). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashToken } from '../../src/tokens/random-token.ts'
import { successorOf } from '../../src/tokens/refresh-token.ts'
import { rejectionReasons } from '../support/accounts.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, opens, refresh } from '../support/grants.ts'
import { patient } from '../support/patience.ts'
import { startServer } from '../support/server.ts'

for (const kind of databaseKinds) {
  test(`${kind}: H1 reuse of a token after its successor was used revokes the whole grant, and no other grant`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { grant, refreshToken: first } = await givenGrant(server)
    const bystander = await givenGrant(server)
    const second = await refresh(server, first)
    const third = await refresh(server, second.refreshToken)
    assert.equal(await opens(server, third.accessToken), true)

    const reuse = await refresh(server, first)

    assert.deepEqual([reuse.status, reuse.error], [400, 'invalid_grant'])
    for (const { accessToken, refreshToken } of [second, third]) {
      assert.equal(await opens(server, accessToken), false)
      assert.deepEqual(await introspect(server, accessToken), { active: false })
      assert.equal((await refresh(server, refreshToken)).error, 'invalid_grant')
    }
    assert.ok(rejectionReasons(server).includes('refresh_token_reused'))
    assert.equal((await refresh(server, bystander.refreshToken)).status, 200)
    const [incident, ...others] = await server.server.context.store.incidents.list(0, 10)
    assert.deepEqual(others, [])
    assert.deepEqual(incident, {
      kind: 'refresh_token_reused',
      grantId: grant.id,
      clientId: 'app',
      userId: 'tim',
      first: { requestId: second.requestId, address: '127.0.0.1', userAgent: 'a test', happenedAt: server.clock.now },
      second: { requestId: reuse.requestId, address: '127.0.0.1', userAgent: 'a test', happenedAt: server.clock.now },
    })
  })

  test(`${kind}: H1 reuse after the grace period revokes the grant, even if the successor was never used`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    const second = await refresh(server, refreshToken)
    server.clock.now += 30
    assert.equal((await refresh(server, refreshToken)).refreshToken, second.refreshToken)
    server.clock.now += 1
    assert.equal((await refresh(server, refreshToken)).error, 'invalid_grant')
    assert.equal((await refresh(server, second.refreshToken)).error, 'invalid_grant')
    assert.equal(await opens(server, second.accessToken), false)
  })

  test(`${kind}: H2 100 parallel refreshes of one token at three servers give one lineage`, async (t) => {
    const one = await startServer(t, { database: kind, clients: declaredClients, ...patient })
    const options = { databaseUrl: one.databaseUrl, clients: declaredClients, ...patient }
    const others = [await startServer(t, options), await startServer(t, options)]
    const servers = [one, ...others]
    const { grant, refreshToken } = await givenGrant(one)
    const lineage = new Set([hashToken(refreshToken)])
    let current = refreshToken
    for (let round = 0; round < 3; round++) {
      const responses = await Promise.all(
        Array.from({ length: 100 }, (_, at) => refresh(servers[at % servers.length] ?? one, current)),
      )
      assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]))
      const successors = new Set(responses.map((response) => response.refreshToken))
      assert.equal(successors.size, 1)
      current = responses[0]?.refreshToken ?? ''
      lineage.add(hashToken(current))
    }
    const { store } = one.server.context
    assert.equal((await store.grants.find(grant.id))?.revokedAt, null)
    assert.deepEqual(await store.incidents.list(0, 10), [])
    const kept = await Promise.all([...lineage].map((hash) => store.refreshTokens.find(hash)))
    assert.deepEqual(
      kept.map((token) => token?.use === null),
      [false, false, false, true],
    )
  })

  test(`${kind}: H4 reuse is detected after a restart`, async (t) => {
    const first = await startServer(t, { database: kind, clients: declaredClients })
    const { refreshToken } = await givenGrant(first)
    const second = await refresh(first, refreshToken)
    const restarted = await startServer(t, { databaseUrl: first.databaseUrl, clients: declaredClients })
    const third = await refresh(restarted, second.refreshToken)
    assert.equal((await refresh(restarted, refreshToken)).error, 'invalid_grant')
    assert.equal((await refresh(first, third.refreshToken)).error, 'invalid_grant')
  })

  test(`${kind}: H6 a client that lost the response gets the same successor, and no incident is recorded`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    const lost = await refresh(server, refreshToken)
    server.clock.now += 20
    const again = await refresh(server, refreshToken)
    assert.equal(again.refreshToken, lost.refreshToken)
    assert.notEqual(again.accessToken, lost.accessToken)
    assert.equal(await opens(server, again.accessToken), true)
    assert.equal((await refresh(server, again.refreshToken)).status, 200)
    assert.deepEqual(await server.server.context.store.incidents.list(0, 10), [])
  })

  test(`${kind}: H6 a retry after SECRET_KEY was replaced is rejected, and no incident is recorded`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { store, config } = server.server.context
    const { grant, refreshToken } = await givenGrant(server)
    const request = { requestId: 'one', address: '127.0.0.1', userAgent: null, happenedAt: server.clock.now }
    const { hash } = successorOf({ secretKey: 'the former secret key' }, refreshToken)
    await store.refreshTokens.replace({
      hash: hashToken(refreshToken),
      use: { scopes: grant.scopes, resources: [], request },
      successorHash: hash,
      successor: { grantId: grant.id, createdAt: server.clock.now, expiresAt: grant.expiresAt },
    })
    assert.notEqual(hash, successorOf(config, refreshToken).hash)
    assert.equal((await refresh(server, refreshToken)).error, 'invalid_grant')
    assert.equal((await store.grants.find(grant.id))?.revokedAt, null)
    assert.deepEqual(await store.incidents.list(0, 10), [])
  })
}
