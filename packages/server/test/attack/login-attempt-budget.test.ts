/** Attacks on passwords by login attempts: group D of the security cases (NIST SP 800-63B-4 §3.2.2); for D6 see client-address.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountKey } from '../../src/login/attempt-budget.ts'
import { countChecks, eventually, rejectionReasons, seenByClient } from '../support/accounts.ts'
import { databaseKinds, freshDatabase, freshStore } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows } from '../support/rows.ts'
import type { TestServer } from '../support/server.ts'

/** Makes a login attempt from an address. */
function attemptLogin(
  { server }: TestServer,
  username: string,
  password: string,
  address = '192.0.2.1',
): Promise<Response> {
  const form = new URLSearchParams({ username, password })
  return server.fetch(new Request('http://127.0.0.1:8000/token', { method: 'POST', body: form }), { address })
}

for (const database of databaseKinds) {
  test(`D1 ${database}: above the limit a correct password is rejected like a wrong one, and is accepted after the window`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 3, failureWindow: 60 })
    const checks = countChecks(t, server)
    const wrong = await seenByClient(await attemptLogin(server, 'tim', 'wrong'))
    assert.deepEqual(await seenByClient(await attemptLogin(server, 'tim', 'wrong')), wrong)
    assert.deepEqual(await seenByClient(await attemptLogin(server, 'tim', 'wrong')), wrong)
    assert.deepEqual(await seenByClient(await attemptLogin(server, 'tim', 'tim1234')), wrong)
    server.clock.now += 59
    assert.deepEqual(await seenByClient(await attemptLogin(server, 'tim', 'tim1234')), wrong)
    assert.equal(checks(), 3)
    server.clock.now += 1
    assert.equal((await attemptLogin(server, 'tim', 'tim1234')).status, 200)
  })

  test(`D1 ${database}: a correct password below the limit resets the budget`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 3 })
    for (let round = 0; round < 3; round++) {
      assert.equal((await attemptLogin(server, 'tim', 'wrong')).status, 401)
      assert.equal((await attemptLogin(server, 'tim', 'wrong')).status, 401)
      assert.equal((await attemptLogin(server, 'tim', 'tim1234')).status, 200)
    }
  })

  test(`D2 ${database}: of 300 parallel login attempts, only as many as the limit reach a hash`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 10 })
    const checks = countChecks(t, server)
    const attempts = Array.from({ length: 300 }, (_, at) => attemptLogin(server, at % 2 ? 'tim' : 'TIM', `wrong ${at}`))
    await Promise.all(attempts)
    assert.equal(checks(), 10)
    // Login attempts wait for those that are being checked, up to the queue limit; the others must try again later.
    const reasons = rejectionReasons(server).filter((reason) => reason !== 'password_mismatch')
    assert.deepEqual(
      reasons.filter((reason) => reason !== 'account_throttled' && reason !== 'logins_busy'),
      [],
    )
    assert.equal(reasons.length, 290)
  })

  test(`D2 ${database}: of 300 parallel login attempts from one address, only as many as its limit reach a hash`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, addressFailureLimit: 10 })
    const checks = countChecks(t, server)
    await Promise.all(Array.from({ length: 300 }, (_, at) => attemptLogin(server, `user ${at}`, 'wrong')))
    assert.equal(checks(), 10)
  })

  test(`D12, R17, S1 ${database}: the budget survives the end of the process and a clock that is set back`, async (t) => {
    const fresh = await freshDatabase(database)
    const options = { databaseUrl: fresh.url, accountFailureLimit: 2, failureWindow: 900 }
    const first = await startPasswordGrantServer(t, options)
    const second = await startPasswordGrantServer(t, options)
    t.after(fresh.remove)
    await attemptLogin(first, 'tim', 'wrong')
    await attemptLogin(first, 'tim', 'wrong')

    // As after kill -9, nothing of the first process is closed before the second continues.
    const isRejected = async () => (await attemptLogin(second, 'tim', 'tim1234')).status === 401
    assert.ok(await isRejected())
    second.clock.now -= 3600
    assert.ok(await isRejected())
    second.clock.now += 3600 + 899
    assert.ok(await isRejected())
    second.clock.now += 1
    assert.ok(!(await isRejected()))
  })

  test(`D2 ${database}: attempts from an exhausted address do not wait behind those of the account that they try`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, addressFailureLimit: 2 })
    await attemptLogin(server, 'nobody', 'wrong')
    await attemptLogin(server, 'nobody else', 'wrong')
    const isHeld = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const { store } = server.server.context
    const holder = store.transaction(async ({ throttle }) => {
      await throttle.consume(accountKey('tim'), 10, 60, 0)
      isHeld.resolve()
      await mayEnd.promise
    })
    await isHeld.promise
    const owner = attemptLogin(server, 'tim', 'tim1234', '203.0.113.9')
    await untilBlocked(server.databaseUrl)
    const flood = await Promise.all(Array.from({ length: 5 }, () => attemptLogin(server, 'tim', 'wrong')))
    assert.deepEqual(
      flood.map(({ status }) => status),
      [429, 429, 429, 429, 429],
    )
    mayEnd.resolve()
    await Promise.all([holder, owner])
  })

  test(`D2 ${database}: an attempt at an exhausted account writes nothing: it does not wait for those that write`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 1 })
    await attemptLogin(server, 'tim', 'wrong')
    const isHeld = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const holder = server.server.context.store.transaction(async ({ throttle }) => {
      await throttle.consume(accountKey('tim'), 10, 60, server.clock.now)
      isHeld.resolve()
      await mayEnd.promise
    })
    await isHeld.promise
    let status = 0
    const attempt = attemptLogin(server, 'tim', 'tim1234').then((response) => {
      status = response.status
    })
    try {
      await eventually(() => status !== 0)
      assert.equal(status, 401)
    } finally {
      mayEnd.resolve()
      await Promise.all([holder, attempt])
    }
  })

  test(`D8 ${database}: a correct password for an own account gives the address only that attempt back`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, addressFailureLimit: 3 })
    const statuses: number[] = []
    for (const [username, password] of [
      ['mary', 'wrong'],
      ['john', 'wrong'],
      ['tim', 'tim1234'],
      ['jane', 'wrong'],
      ['jack', 'wrong'],
      ['tim', 'tim1234'],
    ] as const) {
      statuses.push((await attemptLogin(server, username, password)).status)
    }
    assert.deepEqual(statuses, [401, 401, 200, 401, 429, 429])
  })

  test(`D13 ${database}: an address without budget leaves no trace of the usernames that it tries`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, addressFailureLimit: 2 })
    for (let name = 0; name < 50; name++) await attemptLogin(server, `user ${name}`, 'wrong')
    assert.equal(await countRows(server.databaseUrl, 'throttle'), 3)
  })
}

test('D13 the usernames of three windows leave only the entries of the last one, and cannot reset the count of another username', async (t) => {
  const server = await startPasswordGrantServer(t)
  const { throttle } = server.server.context.store
  const flood = async (count: number, now: number) => {
    for (let name = 0; name < count; name++) await throttle.consume(`${now} ${name}`, 10, 60, now)
    await throttle.removeEnded(now, 5000)
  }
  await flood(1500, 100)
  assert.ok(await throttle.consume('victim', 1, 900, 110))
  await flood(1500, 160)
  assert.equal(await throttle.consume('victim', 1, 900, 160), false)
  await flood(1500, 220)
  assert.equal(await throttle.consume('victim', 1, 900, 220), false)
  assert.ok((await countRows(server.databaseUrl, 'throttle')) <= 1 + 1500)
})

test('D8 one password for 200 users from one address is stopped by the budget of the address, with a Retry-After', async (t) => {
  const server = await startPasswordGrantServer(t, { addressFailureLimit: 10, failureWindow: 600 })
  const checks = countChecks(t, server)
  for (let user = 0; user < 200; user++) await attemptLogin(server, `user ${user}`, 'Summer2026')
  assert.equal(checks(), 10)
  const rejected = await attemptLogin(server, 'tim', 'tim1234')
  assert.equal(rejected.status, 429)
  assert.equal(rejected.headers.get('retry-after'), '600')
  assert.equal((await attemptLogin(server, 'tim', 'tim1234', '192.0.2.2')).status, 200)
})

test('D8 one password for 30 users from 30 addresses leaves one line in the log for each', async (t) => {
  const server = await startPasswordGrantServer(t)
  for (let user = 0; user < 30; user++) await attemptLogin(server, `user ${user}`, 'Summer2026', `192.0.2.${user}`)
  assert.deepEqual(rejectionReasons(server), Array(30).fill('unknown_user'))
})

for (const kind of databaseKinds) {
  test(`D13 ${kind}: a refunded login attempt is not stored, and the others stay counted`, async (t) => {
    const { throttle } = await freshStore(t, kind)
    await throttle.consume('tim', 2, 60, 100)
    await throttle.consume('tim', 2, 60, 100)
    await throttle.refund('tim')
    assert.deepEqual(
      [await throttle.consume('tim', 2, 60, 100), await throttle.consume('tim', 2, 60, 100)],
      [true, false],
    )
    await Promise.all([throttle.refund('tim'), throttle.refund('tim'), throttle.refund('tim')])
    assert.deepEqual(
      [await throttle.consume('tim', 1, 60, 100), await throttle.consume('tim', 1, 60, 100)],
      [true, false],
    )
  })
}

for (const database of databaseKinds) {
  test(`D2 ${database}: with more parallel correct passwords than the budget allows attempts, all logins succeed`, async (t) => {
    const { post } = await startPasswordGrantServer(t, { database, accountFailureLimit: 3 })
    const logins = await Promise.all(
      Array.from({ length: 30 }, () => post('/token', { username: 'alice', password: 'secret' })),
    )
    assert.deepEqual(new Set(logins.map(({ status }) => status)), new Set([200]))
  })

  test(`D2 ${database}: many parallel wrong passwords and then the correct one get only as many attempts as the budget`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 3 })
    const { post } = server
    const checks = countChecks(t, server)
    const wrong = Array.from({ length: 30 }, () => post('/token', { username: 'alice', password: 'wrong' }))
    assert.deepEqual(new Set((await Promise.all(wrong)).map(({ status }) => status)), new Set([401]))
    assert.equal(checks(), 3)
    assert.equal((await post('/token', { username: 'alice', password: 'secret' })).status, 401)
  })
}
