/** Refresh tokens under attack: group H of the security cases (RFC 9700 §4.14); for reuse see refresh-token-reuse.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { clientOf } from '../../src/domain/client-metadata.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { successorOf } from '../../src/tokens/refresh-token.ts'
import { rejectionReasons } from '../support/accounts.ts'
import { basicOf, clientSecret } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, opens, refresh } from '../support/grants.ts'
import { dumpOf } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

for (const kind of databaseKinds) {
  test(`${kind}: H5 after a refresh in parallel with the end of its grant, no token is active`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { context } = server.server
    const { store } = context
    const ends: readonly (readonly [string, (grantId: string, token: string) => Promise<unknown>])[] = [
      ['revocation', (_, token) => server.post('/revoke', { token }, basicOf('app'))],
      ['logout', (grantId) => store.grants.revokeOnline([`session of ${grantId}`], server.clock.now)],
      ['revoked consent', () => store.grants.revokeClient('tim', 'app', 'consent_withdrawn', server.clock.now)],
      ['disabled user', () => store.subjects.setDisabled('tim', true, server.clock.now)],
    ]
    for (const [what, end] of ends) {
      for (let round = 0; round < 4; round++) {
        const id = context.random.id()
        const { grant, refreshToken } = await givenGrant(server, { id, sessionId: `session of ${id}` })
        const refreshes = [refresh(server, refreshToken), refresh(server, refreshToken)]
        const ending = end(grant.id, refreshToken)
        refreshes.push(refresh(server, refreshToken))
        const responses = await Promise.all(refreshes)
        await ending

        const successor = successorOf(context.config, refreshToken).token
        const accessTokens = responses.map(({ accessToken }) => accessToken).filter((token) => token !== '')
        for (const token of [refreshToken, successor, ...accessTokens]) {
          assert.deepEqual(await introspect(server, token, 'app'), { active: false }, what)
        }
        for (const token of accessTokens) assert.equal(await opens(server, token), false, what)
        assert.equal((await refresh(server, successor)).error, 'invalid_grant', what)
        await store.subjects.setDisabled('tim', false, server.clock.now)
      }
    }
  })

  test(`${kind}: H8 a refresh never widens the scope of the grant, and a narrowed scope can be widened again`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { grant, refreshToken } = await givenGrant(server, { scopes: ['me'] })
    for (const scope of ['me items', 'items', 'admin', 'openid']) {
      assert.equal((await refresh(server, refreshToken, { scope })).error, 'invalid_scope', scope)
    }
    const { refreshToken: both } = await givenGrant(server)
    const narrow = await refresh(server, both, { scope: 'items' })
    assert.equal(narrow.scope, 'items')
    assert.equal((await introspect(server, narrow.accessToken))['scope'], 'items')
    const wide = await refresh(server, narrow.refreshToken, { scope: 'me items' })
    assert.equal(wide.scope, 'me items')
    assert.equal((await refresh(server, wide.refreshToken, { scope: '' })).scope, 'me items')
    assert.equal((await server.server.context.store.grants.find(grant.id))?.revokedAt, null)
  })

  test(`${kind}: H8 a retry within the grace period gets no more scope than the first use`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    const first = await refresh(server, refreshToken, { scope: 'items' })
    assert.equal((await refresh(server, refreshToken, { scope: 'me items' })).error, 'invalid_scope')
    const again = await refresh(server, refreshToken)
    assert.deepEqual([again.scope, again.refreshToken], ['items', first.refreshToken])
  })

  test(`${kind}: H9 there is no refresh after the user is disabled or deleted, or has revoked the consent`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { store } = server.server.context
    const { now } = server.clock
    const grants = [await givenGrant(server), await givenGrant(server), await givenGrant(server, { userId: 'alice' })]
    const [disabled, revoked, deleted] = grants.map(({ refreshToken }) => refreshToken)

    await store.subjects.setDisabled('tim', true, now)
    assert.equal((await refresh(server, disabled ?? '')).error, 'invalid_grant')
    await store.subjects.setDisabled('tim', false, now)
    await store.grants.revokeClient('tim', 'app', 'consent_withdrawn', now)
    assert.equal((await refresh(server, revoked ?? '')).error, 'invalid_grant')
    await store.subjects.remove('alice', now)
    assert.equal((await refresh(server, deleted ?? '')).error, 'invalid_grant')
    assert.deepEqual(rejectionReasons(server), ['user_disabled', 'grant_revoked', 'refresh_token_unknown'])
  })

  test(`${kind}: H9 there is no refresh for a client that is disabled, or is no longer allowed the grant type or the scopes`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { clients } = server.server.context.store
    const { now } = server.clock
    const registered = clientOf({ client_id: 'registered', grant_types: ['refresh_token'], scope: 'me items' }, false)
    await clients.insert(registered, hashClientSecret(clientSecret), now)
    const { refreshToken } = await givenGrant(server, { clientId: 'registered' })
    const refreshAgain = async (token: string) => await refresh(server, token, { clientId: 'registered' })

    const first = await refreshAgain(refreshToken)
    await clients.update({ ...registered, scopes: ['me'] }, now)
    const second = await refreshAgain(first.refreshToken)
    assert.equal(second.scope, 'me')
    await clients.update({ ...registered, scopes: ['openid'] }, now)
    assert.equal((await refreshAgain(second.refreshToken)).error, 'invalid_grant')
    await clients.update({ ...registered, grantTypes: ['client_credentials'] }, now)
    assert.equal((await refreshAgain(second.refreshToken)).error, 'unauthorized_client')
    await clients.update(registered, now)
    await clients.setDisabled('registered', true, now)
    assert.equal((await refreshAgain(second.refreshToken)).error, 'invalid_client')
    assert.equal(await opens(server, second.accessToken), false)
    await clients.setDisabled('registered', false, now)
    assert.equal((await refreshAgain(second.refreshToken)).scope, 'me items')
  })

  test(`${kind}: H10 a grant expires at its maximum lifetime, however often it is refreshed`, async (t) => {
    const server = await startServer(t, {
      database: kind,
      clients: declaredClients,
      refreshTokenIdleLifetime: 1000,
      refreshTokenLifetime: 5000,
      accessTokenExpireMinutes: 30,
    })
    const { clock } = server
    const begun = clock.now
    const { refreshToken } = await givenGrant(server)
    let current = refreshToken
    while (clock.now < begun + 4999) {
      clock.now = Math.min(clock.now + 999, begun + 4999)
      const response = await refresh(server, current)
      assert.equal(response.status, 200)
      // No token outlives its grant.
      assert.equal(response.expiresIn, Math.min(1800, begun + 5000 - clock.now))
      current = response.refreshToken
      const { exp } = await introspect(server, current, 'app')
      assert.equal(exp, Math.min(clock.now + 1000, begun + 5000))
    }
    clock.now += 1
    for (let beyond = 0; beyond < 10; beyond++, clock.now += 5000) {
      assert.equal((await refresh(server, current)).error, 'invalid_grant')
    }
  })

  test(`${kind}: H10 a token that is not used within its idle lifetime expires, to the second`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients, refreshTokenIdleLifetime: 1000 })
    const [used, unused] = [await givenGrant(server), await givenGrant(server)]
    server.clock.now += 999
    assert.equal((await refresh(server, used.refreshToken)).status, 200)
    server.clock.now += 1
    assert.equal((await refresh(server, unused.refreshToken)).error, 'invalid_grant')
    assert.deepEqual(rejectionReasons(server), ['refresh_token_expired'])
    assert.equal((await server.server.context.store.grants.find(unused.grant.id))?.revokedAt, null)
  })

  test(`${kind}: H13 no refresh token can be read from the database`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    const second = await refresh(server, refreshToken)
    const third = await refresh(server, second.refreshToken)
    await refresh(server, refreshToken)
    await server.server.context.traces.flush()
    const dump = await dumpOf(server.databaseUrl)
    assert.ok(dump.includes(hashToken(refreshToken)))
    for (const secret of [refreshToken, second.refreshToken, third.refreshToken, third.accessToken]) {
      assert.equal(dump.includes(secret.slice(3)), false)
    }
  })

  test(`${kind}: another client can neither use a token nor revoke its grant`, async (t) => {
    const server = await startServer(t, { database: kind, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    for (const clientId of ['other', 'other']) {
      assert.equal((await refresh(server, refreshToken, { clientId })).error, 'invalid_grant')
    }
    const asPublic = await server.post('/token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: 'spa',
    })
    assert.equal(asPublic.status, 400)
    const second = await refresh(server, refreshToken)
    assert.equal(second.status, 200)
    server.clock.now += 31
    assert.equal((await refresh(server, refreshToken, { clientId: 'other' })).error, 'invalid_grant')
    assert.equal((await refresh(server, second.refreshToken)).status, 200)
    assert.deepEqual(await server.server.context.store.incidents.list(0, 10), [])
  })
}
