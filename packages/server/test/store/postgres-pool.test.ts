/** The connections to PostgreSQL: what may wait for what, and what never does. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { keyOf } from '../../src/login/attempt-budget.ts'
import { networkOf } from '../../src/login/network.ts'
import { DatabaseBusy } from '../../src/store/database-busy.ts'
import { createLane } from '../../src/store/lane.ts'
import { openStore } from '../../src/store/open.ts'
import { defaultPool } from '../../src/store/pool-settings.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { eventually } from '../support/accounts.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { administer, freshDatabase } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { patient } from '../support/patience.ts'
import { query } from '../support/rows.ts'
import { loopback } from '../support/server.ts'

/** Every charge of a login from the tests' address waits until the returned function is called, or the test ends. */
async function holdAddress(t: TestContext, url: string): Promise<() => Promise<void>> {
  const holder = new Client({ connectionString: url })
  await holder.connect()
  await holder.query('begin')
  const key = keyOf('address', networkOf(loopback.address))
  await holder.query('insert into throttle (key, failures, window_ends_at) values ($1, 0, 0)', [key])
  let isHeld = true
  const release = async () => {
    if (isHeld) await holder.end()
    isHeld = false
  }
  t.after(release)
  return release
}

const locked = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

test('postgres: with every connection that logins may have held by logins, a token is checked before one of them ends', async (t) => {
  const server = await startPasswordGrantServer(t, {
    database: 'postgres',
    databasePoolSize: 4,
    databaseReserve: 1,
    ...patient,
  })
  const headers = { authorization: `Bearer ${await server.accessToken()}` }
  const release = await holdAddress(t, server.databaseUrl)
  let ended = 0
  const logins = Array.from({ length: 8 }, async (_, at) => {
    const { status } = await server.post('/token', { username: `user ${at}`, password: 'wrong' })
    ended++
    return status
  })
  await eventually(async () => (await query(server.databaseUrl, locked)).length === 3)
  const checks = await Promise.all(Array.from({ length: 20 }, () => server.get('/users/me', headers)))
  assert.deepEqual(new Set(checks.map(({ status }) => status)), new Set([200]))
  assert.equal((await server.get('/readyz')).status, 200)
  assert.equal(ended, 0)
  assert.equal((await query(server.databaseUrl, locked)).length, 3)
  await release()
  assert.deepEqual(await Promise.all(logins), Array(8).fill(401))
})

test('R12 postgres: a connection that no longer responds is not used again, by what writes nor by what reads', async (t) => {
  const { url, proxy } = await behindProxy(t, await freshDatabase('postgres'))
  const pool = { ...defaultPool, size: 1, reserve: 0, statementTimeout: 1 }
  const store = await openStore({ url, migrate: true, pool })
  t.after(store.close)
  const works: readonly (() => unknown)[] = [
    () => store.removals.endOwnTokens('a client', 1),
    () => store.transaction((tables) => tables.removals.endOwnTokens('a client', 1)),
    () => store.revokedTokens.has('a token'),
  ]
  for (const work of works) {
    await store.revokedTokens.has('a token')
    proxy.abandon()
    await assert.rejects(async () => await work(), /has not answered in time/)
    await work()
  }
})

test('R12 postgres: when all connections are lost without a word, one query finds out, and the next has a new connection', async (t) => {
  const { url, proxy } = await behindProxy(t, await freshDatabase('postgres'))
  const pool = { ...defaultPool, size: 6, reserve: 3, statementTimeout: 1 }
  const store = await openStore({ url, migrate: true, pool })
  t.after(store.close)
  const works: readonly (() => unknown)[] = [
    () => store.revokedTokens.has('a token'),
    () => store.transaction((tables) => tables.removals.endOwnTokens('a client', 1)),
    () => store.tokenStatus.find({ subject: 'nobody', tokenId: 'a token', grantId: undefined }),
  ]
  for (const work of works) {
    await Promise.all(Array.from({ length: 6 }, () => store.revokedTokens.has('a token')))
    proxy.abandon()
    await assert.rejects(async () => await work(), /has not answered in time/)
    await Promise.all(Array.from({ length: 6 }, () => store.revokedTokens.has('a token')))
    await work()
  }
})

test('postgres: what finds as many waiting for a connection as requests may be in progress is refused at once, with 503 and Retry-After', async (t) => {
  const server = await startPasswordGrantServer(t, {
    database: 'postgres',
    databasePoolSize: 2,
    databaseReserve: 1,
    ...patient,
    passwordWorkers: 1,
    passwordQueueLimit: 200,
  })
  // Checks of tokens, other requests, and logins.
  const mayBeInProgress = 500 + 500 + 1 + 200
  const { store } = server.server.context
  const release = await holdAddress(t, server.databaseUrl)
  const login = (username: string) => server.post('/token', { username, password: 'wrong' })
  const first = login('one')
  await eventually(async () => (await query(server.databaseUrl, locked)).length === 1)
  let refusals = 0
  const countRefusal = (error: unknown) => {
    assert.ok(error instanceof DatabaseBusy)
    refusals++
  }
  const count = mayBeInProgress + 100
  const works = Array.from({ length: count }, () => store.transaction(() => Promise.resolve()).catch(countRefusal))
  await eventually(() => refusals >= 100)
  const refused = await login('another')
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '1')
  assert.ok(server.log.some(({ facts }) => facts['reason'] === 'database_busy'))
  await release()
  assert.equal((await first).status, 401)
  await Promise.all(works)
  // Some places may be those of other work of the server.
  assert.ok(refusals < 110, `${refusals} refusals`)
})

test('postgres: when the server has no room for another connection, queries wait for those that there are', async (t) => {
  const { url, remove } = await freshDatabase('postgres')
  const role = `role_${randomUUID().replaceAll('-', '')}`
  await administer(`create role ${role} login password 'x' connection limit 2`)
  await administer(`alter database ${new URL(url).pathname.slice(1)} owner to ${role}`)
  const limited = new URL(url)
  limited.username = role
  limited.password = 'x'
  const store = await openStore({ url: limited.href, migrate: true })
  t.after(async () => {
    await store.close()
    await remove()
    await administer(`drop role ${role}`)
  })
  const none = { subject: 'nobody', tokenId: undefined, grantId: undefined }
  const work = Array.from({ length: 30 }, (_, at) =>
    at % 2 === 0 ? store.tokenStatus.find(none) : store.throttle.count(`key ${at}`, 1, 60, 0),
  )
  assert.deepEqual(new Set(await Promise.all(work)), new Set([undefined, 1]))
  // Nor is that a reason to send this process no more requests.
  assert.equal(await store.probe('key', 0), undefined)
})

test('postgres: a server without room that takes no writes says why, also while a write has the connection of writes', async (t) => {
  const { url, remove } = await freshDatabase('postgres')
  await (await openStore({ url, migrate: true })).close()
  const role = `role_${randomUUID().replaceAll('-', '')}`
  await administer(`create role ${role} login password 'x' connection limit 2`)
  await administer(`alter role ${role} set default_transaction_read_only = on`)
  await administer(`alter database ${new URL(url).pathname.slice(1)} owner to ${role}`)
  await query(url, `grant select on all tables in schema public to ${role}`)
  const limited = new URL(url)
  limited.username = role
  limited.password = 'x'
  const store = await openStore({ url: limited.href, migrate: false, pool: { ...defaultPool, size: 2, reserve: 1 } })
  t.after(async () => {
    await store.close()
    await remove()
    await administer(`drop role ${role}`)
  })
  await store.transaction(async () => {
    // The other connection.
    await store.tokenStatus.find({ subject: 'nobody', tokenId: undefined, grantId: undefined })
    assert.equal(await store.probe('key', 0), 'read_only')
  })
})

test('postgres: the limits on time are those of the settings', async (t) => {
  const { url, remove } = await freshDatabase('postgres')
  const connection = await openPostgres(url, { ...defaultPool, statementTimeout: 7, lockTimeout: 2 })
  t.after(async () => {
    await connection.close()
    await remove()
  })
  const { rows } = await sql<{ statement: string; lock: string; idle: string }>`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`.execute(connection.db)
  assert.deepEqual(rows, [{ statement: '7s', lock: '2s', idle: '5s' }])
})

test('a lane lets in as many as it has places and as may wait, in their order, and refuses the next at once', async () => {
  const lane = createLane({ places: () => 1, maxWaiting: 2, maxWaitMs: 60_000 })
  const order: string[] = []
  await lane.enter()
  const entries = ['first', 'second', 'third'].map((name) =>
    lane.enter().then(
      () => order.push(name),
      (error) => order.push(error instanceof DatabaseBusy ? `${name} refused` : `${error}`),
    ),
  )
  await entries[2]
  lane.leave()
  await entries[0]
  lane.leave()
  await entries[1]
  assert.deepEqual(order, ['third refused', 'first', 'second'])
  lane.leave()
  await lane.enter()
})

test('a lane refuses who has waited too long, and the place then goes to the next', async () => {
  const lane = createLane({ places: () => 1, maxWaiting: 2, maxWaitMs: 1 })
  await lane.enter()
  await assert.rejects(lane.enter(), DatabaseBusy)
  lane.leave()
  await lane.enter()
})

test('a lane with fewer places than holders admits nobody until there is room again', async () => {
  let places = 2
  const lane = createLane({ places: () => places, maxWaiting: 1, maxWaitMs: 60_000 })
  await lane.enter()
  await lane.enter()
  places = 1
  let isIn = false
  const waiting = lane.enter().then(() => {
    isIn = true
  })
  lane.leave()
  await new Promise(setImmediate)
  assert.equal(isIn, false)
  lane.leave()
  await waiting
})
