/** Expired rows are removed from the database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordAuthentication } from '../../src/domain/authentication-context.ts'
import { createCompareIssuers } from '../../src/health/other-issuers.ts'
import { clean, keepHouse, startHousekeeping } from '../../src/housekeeping/housekeeping.ts'
import { openStore } from '../../src/store/open.ts'
import { databaseKinds, migratedDatabase } from '../support/databases.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer, startServerWithoutUsers } from '../support/server.ts'

const day = 86_400

for (const database of databaseKinds) {
  test(`${database}: grants with their tokens, sessions, interaction results, revocations and incidents are removed`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { context } = server.server
    const { clock, databaseUrl } = server
    const { now } = clock
    const { store } = context
    const session = {
      id: 'session',
      userId: 'tim',
      ...passwordAuthentication,
      authenticatedAt: now,
      selectedAt: now,
      lastSeenAt: now,
    }
    await store.sessions.begin(undefined, 'browser', { ...session, expiresAt: now + 100 * day })
    await store.interactionResults.record('browser', 'request', 'login', now + day)
    const origin = { subject: 'tim', clientId: 'app', hasGrant: false }
    await store.revokedTokens.insert({ tokenId: 'token', origin, issuedAt: now, expiresAt: now + day - 60 })
    const { refreshToken } = await givenGrant(server)
    const { refreshToken: next } = await refresh(server, refreshToken)
    await refresh(server, next)
    await refresh(server, refreshToken)
    const rows = async (...tables: string[]) =>
      await Promise.all(tables.map(async (table) => await countRows(databaseUrl, table)))

    await keepHouse(context)
    assert.deepEqual(await rows('sessions', 'interaction_answers', 'revoked_tokens'), [1, 1, 1])
    // Resource servers whose clocks are a minute behind still accept the token, so the feed must name it.
    clock.now = now + day - 1
    await keepHouse(context)
    assert.deepEqual(await rows('revoked_tokens'), [1])
    clock.now = now + day
    await keepHouse(context)
    // The session was idle for longer than its limit.
    assert.deepEqual(await rows('sessions', 'interaction_answers', 'revoked_tokens'), [0, 0, 1])
    // Where the clock was up to two hours ahead, the token has not expired after all.
    clock.now = now + day - 60 + 2 * 3600 - 1
    await keepHouse(context)
    assert.deepEqual(await rows('revoked_tokens'), [1])
    clock.now++
    await keepHouse(context)
    assert.deepEqual(await rows('revoked_tokens'), [0])

    // A refresh token stays known for a week after it expires; the grant stays until it expires.
    clock.now = now + 21 * day
    await keepHouse(context)
    assert.deepEqual(await rows('refresh_tokens', 'grants', 'incidents'), [3, 1, 1])
    clock.now = now + 21 * day + 1
    await keepHouse(context)
    assert.deepEqual(await rows('refresh_tokens', 'grants', 'incidents'), [0, 1, 1])

    clock.now = now + 90 * day
    await keepHouse(context)
    assert.deepEqual(await rows('grants', 'incidents'), [0, 1])
    clock.now = now + 90 * day + 1
    await keepHouse(context)
    assert.deepEqual(await rows('grants', 'incidents'), [0, 0])
  })

  test(`${database}: a stop does not wait until all that has expired is removed`, async (t) => {
    const { server, databaseUrl, clock } = await startServer(t, { database })
    const { store } = server.context
    // The clean-up at the start of the server is over, too.
    await keepHouse(server.context)
    const origin = { subject: 'tim', clientId: 'app', hasGrant: false }
    await store.revokedTokens.insert({ tokenId: 'token', origin, issuedAt: clock.now, expiresAt: clock.now })
    clock.now += day
    await startHousekeeping(server.context)()
    assert.equal(await countRows(databaseUrl, 'revoked_tokens'), 1)
    await keepHouse(server.context)
    assert.equal(await countRows(databaseUrl, 'revoked_tokens'), 0)
  })

  test(`${database}: a clean-up without the database logs one line`, async (t) => {
    const { server } = await startServerWithoutUsers(t, { database })
    const { url, remove } = await migratedDatabase(database)
    t.after(remove)
    const store = await openStore({ url, migrate: false })
    await store.close()
    const lines: string[] = []
    const note = (_facts: object, line: string) => void lines.push(line)
    const context = { ...server.context, store, log: { info: note, warn: note, error: note } }
    await clean(context, createCompareIssuers(context), () => false)
    assert.deepEqual(lines, ['housekeeping failed; the next attempt is in a minute'])
  })

  test(`${database}: a process that cannot note its issuer cleans up all the same`, async (t) => {
    const { server, databaseUrl, clock } = await startServerWithoutUsers(t, { database })
    const { context } = server
    await context.store.throttle.consume('ended', 1, 60, clock.now)
    clock.now += 60
    await query(databaseUrl, 'drop table issuers')
    await clean(context, createCompareIssuers(context), () => false)
    assert.equal(await countRows(databaseUrl, 'throttle'), 0)
  })
}

for (const database of databaseKinds) {
  test(`${database}: S9 two processes that keep house at once remove what has ended, each row once, and nothing else`, async (t) => {
    const first = await startServer(t, { database })
    const { databaseUrl, clock } = first
    const second = await startServerWithoutUsers(t, { databaseUrl }, clock)
    const { store } = first.server.context
    await store.transaction(async ({ throttle, sessions }) => {
      for (let row = 0; row < 150; row++) {
        await throttle.consume(`ended ${row}`, 1, 60, clock.now)
        await throttle.consume(`live ${row}`, 1, 900, clock.now)
      }
      for (const [id, expiresAt] of [
        ['ended', clock.now + 60],
        ['live', clock.now + 900],
      ] as const) {
        const times = { authenticatedAt: clock.now, selectedAt: clock.now, lastSeenAt: clock.now, expiresAt }
        await sessions.begin(undefined, `browser ${id}`, { id, userId: 'tim', ...passwordAuthentication, ...times })
      }
    })
    clock.now += 60

    await Promise.all([first, second, first, second].map(({ server }) => keepHouse(server.context)))

    assert.equal(await countRows(databaseUrl, 'throttle'), 150)
    assert.equal(await countRows(databaseUrl, `throttle where window_ends_at <= ${clock.now}`), 0)
    assert.equal(await countRows(databaseUrl, "sessions where id = 'live'"), 1)
    assert.equal(await countRows(databaseUrl, 'sessions'), 1)
    for (const { log } of [first, second])
      assert.deepEqual(
        log.filter(({ level }) => level !== 'info'),
        [],
      )
  })
}
