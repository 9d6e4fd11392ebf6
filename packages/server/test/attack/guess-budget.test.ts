/** Guessing passwords: group D of the security cases (NIST SP 800-63B-4 §3.2.2). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Options } from '../../src/config/options.ts'
import { countChecks, rejectionReasons, seenByClient } from '../support/accounts.ts'
import { databaseKinds, freshDatabase, freshStore } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows } from '../support/rows.ts'
import { openPort, type TestServer } from '../support/server.ts'

/** Logs in from an address. */
function guess({ server }: TestServer, username: string, password: string, address = '192.0.2.1'): Promise<Response> {
  const form = new URLSearchParams({ username, password })
  return server.fetch(new Request('http://127.0.0.1:8000/token', { method: 'POST', body: form }), address)
}

for (const database of databaseKinds) {
  test(`D1 ${database}: past the limit the right password is refused as a wrong one is, and taken after the window`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 3, failureWindow: 60 })
    const checks = countChecks(t, server)
    const wrong = await seenByClient(await guess(server, 'tim', 'wrong'))
    assert.deepEqual(await seenByClient(await guess(server, 'tim', 'wrong')), wrong)
    assert.deepEqual(await seenByClient(await guess(server, 'tim', 'wrong')), wrong)
    assert.deepEqual(await seenByClient(await guess(server, 'tim', 'tim1234')), wrong)
    server.clock.now += 59
    assert.deepEqual(await seenByClient(await guess(server, 'tim', 'tim1234')), wrong)
    assert.equal(checks(), 3)
    server.clock.now += 1
    assert.equal((await guess(server, 'tim', 'tim1234')).status, 200)
  })

  test(`D1 ${database}: a right password in time gives the budget back`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 3 })
    for (let round = 0; round < 3; round++) {
      assert.equal((await guess(server, 'tim', 'wrong')).status, 401)
      assert.equal((await guess(server, 'tim', 'wrong')).status, 401)
      assert.equal((await guess(server, 'tim', 'tim1234')).status, 200)
    }
  })

  test(`D2 ${database}: of 300 guesses at once no more than the limit reach a hash`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 10 })
    const checks = countChecks(t, server)
    const guesses = Array.from({ length: 300 }, (_, at) => guess(server, at % 2 ? 'tim' : 'TIM', `wrong ${at}`))
    await Promise.all(guesses)
    assert.equal(checks(), 10)
    // Guesses wait for those that are being checked, as many as may wait; the others are told to come again.
    const reasons = rejectionReasons(server).filter((reason) => reason !== 'password_mismatch')
    assert.deepEqual(new Set(reasons), new Set(['account_throttled', 'logins_busy']))
    assert.equal(reasons.length, 290)
  })

  test(`D2 ${database}: of 300 guesses at once from one address no more than its limit reach a hash`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, addressFailureLimit: 10 })
    const checks = countChecks(t, server)
    await Promise.all(Array.from({ length: 300 }, (_, at) => guess(server, `user ${at}`, 'wrong')))
    assert.equal(checks(), 10)
  })

  test(`D12, R17, S1 ${database}: the budget outlives the process and a clock that steps back`, async (t) => {
    const fresh = await freshDatabase(database)
    const options = { databaseUrl: fresh.url, accountFailureLimit: 2, failureWindow: 900 }
    const first = await startPasswordGrantServer(t, options)
    const second = await startPasswordGrantServer(t, options)
    t.after(fresh.remove)
    await guess(first, 'tim', 'wrong')
    await guess(first, 'tim', 'wrong')

    // The first process ends without a word, as by kill -9: nothing of it is closed before the second goes on.
    const isRefused = async () => (await guess(second, 'tim', 'tim1234')).status === 401
    assert.ok(await isRefused())
    second.clock.now -= 3600
    assert.ok(await isRefused())
    second.clock.now += 3600 + 899
    assert.ok(await isRefused())
    second.clock.now += 1
    assert.ok(!(await isRefused()))
  })

  test(`D13 ${database}: an address without budget leaves no trace of the names it tries`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, addressFailureLimit: 2 })
    for (let name = 0; name < 50; name++) await guess(server, `user ${name}`, 'wrong')
    assert.equal(await countRows(server.databaseUrl, 'throttle'), 3)
  })
}

test('D13 a million names leave no more than those of the window, and nobody flushes the count of another', async (t) => {
  const server = await startPasswordGrantServer(t)
  const { throttle } = server.server.context.store
  const flood = async (count: number, now: number) => {
    for (let name = 0; name < count; name++) await throttle.consume(`${now} ${name}`, 10, 60, now)
    await throttle.removeEnded(now)
  }
  await flood(1500, 100)
  assert.ok(await throttle.consume('victim', 1, 900, 110))
  await flood(1500, 160)
  assert.equal(await throttle.consume('victim', 1, 900, 160), false)
  await flood(1500, 220)
  assert.equal(await throttle.consume('victim', 1, 900, 220), false)
  assert.ok((await countRows(server.databaseUrl, 'throttle')) <= 1 + 1500)
})

const addressHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip']

/** A server on a port, where each test begins with whole budgets. */
async function startOnPort(options: Partial<Options>) {
  const server = await startPasswordGrantServer({ after }, { failureWindow: 900, ...options })
  const { origin } = await openPort({ after }, server)
  return { origin, endWindow: () => (server.clock.now += 900) }
}

const trustsNobody = await startOnPort({ addressFailureLimit: 3 })

for (const name of addressHeaders) {
  test(`D6 ${name} of an untrusted peer buys no new budget`, async () => {
    const { origin, endWindow } = trustsNobody
    endWindow()
    const statuses: number[] = []
    for (let at = 1; at <= 5; at++) {
      const value = name === 'forwarded' ? `for=198.51.100.${at}` : `198.51.100.${at}`
      const body = new URLSearchParams({ username: `user ${at}`, password: 'wrong' })
      statuses.push((await fetch(`${origin}/token`, { method: 'POST', body, headers: { [name]: value } })).status)
    }
    assert.deepEqual(statuses, [401, 401, 401, 429, 429])
  })
}

/** Who the server takes a client for, told by whether two claims share one budget of one guess. */
async function shareBudget({ origin, endWindow }: typeof trustsNobody, first: string, second: string) {
  endWindow()
  const send = async (username: string, forwardedFor: string) => {
    const body = new URLSearchParams({ username, password: 'wrong' })
    const headers = { 'x-forwarded-for': forwardedFor }
    return (await fetch(`${origin}/token`, { method: 'POST', body, headers })).status
  }
  assert.equal(await send('a', first), 401)
  return (await send('b', second)) === 429
}

const claims: readonly (readonly [id: string, first: string, second: string, isShared: boolean])[] = [
  ['D6', '198.51.100.1', '198.51.100.2', false],
  ['D6', '203.0.113.1, 198.51.100.1', '203.0.113.2, 198.51.100.1', true],
  ['D6', '198.51.100.1, 127.0.0.1', '198.51.100.1', true],
  ['D6', '2001:db8::1', '2001:db8::2', true],
  ['D6', '::ffff:198.51.100.1', '198.51.100.1', true],
  ['Q8', 'a', 'b', true],
  ['Q8', 'localhost', 'example.com', true],
  ['Q8', '198.51.100.1:80', '198.51.100.2:80', true],
  ['Q8', '1.2.3', '0x7f.1', true],
  ['Q8', 'fe80::1%eth0', 'fe80::1%eth1', true],
  ['Q8', '', ',,,', true],
  ['Q8', Array.from({ length: 1500 }, () => '203.0.113.9').join(), '203.0.113.9', true],
]

const trustsUs = await startOnPort({ addressFailureLimit: 1, trustedProxies: ['127.0.0.1'] })
const trustsOthers = await startOnPort({ addressFailureLimit: 1, trustedProxies: ['10.0.0.0/8'] })

for (const [id, first, second, isShared] of claims) {
  const title = `${first.slice(0, 30)} and ${second} of a trusted proxy are ${isShared ? 'one address' : 'two addresses'}`
  test(`${id} X-Forwarded-For ${title}`, async () => {
    assert.equal(await shareBudget(trustsUs, first, second), isShared)
    assert.equal(await shareBudget(trustsOthers, first, second), true)
  })
}

test('Q8 10 000 hops of an untrusted peer are ignored, or too many bytes', async (t) => {
  const server = await startPasswordGrantServer(t)
  const { origin } = await openPort(t, server)
  const healthz = (hops: number) =>
    fetch(`${origin}/healthz`, { headers: { 'x-forwarded-for': Array.from({ length: hops }, () => '1.2.3.4').join() } })
  assert.equal((await healthz(3_000)).status, 200)
  assert.equal((await healthz(10_000)).status, 431)
})

test('D8 one password for 200 users from one address is stopped by its budget, with a Retry-After', async (t) => {
  const server = await startPasswordGrantServer(t, { addressFailureLimit: 10, failureWindow: 600 })
  const checks = countChecks(t, server)
  for (let user = 0; user < 200; user++) await guess(server, `user ${user}`, 'Summer2026')
  assert.equal(checks(), 10)
  const refused = await guess(server, 'tim', 'tim1234')
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '600')
  assert.equal((await guess(server, 'tim', 'tim1234', '192.0.2.2')).status, 200)
})

test('D8 one password for 30 users from 30 addresses leaves a line in the log for each', async (t) => {
  const server = await startPasswordGrantServer(t)
  for (let user = 0; user < 30; user++) await guess(server, `user ${user}`, 'Summer2026', `192.0.2.${user}`)
  assert.deepEqual(rejectionReasons(server), Array(30).fill('unknown_user'))
})

for (const kind of databaseKinds) {
  test(`D13 ${kind}: a guess taken back is not kept, and others stay counted`, async (t) => {
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
  test(`D2 ${database}: more right passwords at once than the budget has guesses are all right`, async (t) => {
    const { post } = await startPasswordGrantServer(t, { database, accountFailureLimit: 3 })
    const logins = await Promise.all(
      Array.from({ length: 30 }, () => post('/token', { username: 'alice', password: 'secret' })),
    )
    assert.deepEqual(new Set(logins.map(({ status }) => status)), new Set([200]))
  })

  test(`D2 ${database}: a right password among many wrong ones at once costs no guess more than the budget`, async (t) => {
    const { server, post } = await startPasswordGrantServer(t, { database, accountFailureLimit: 3 })
    let checked = 0
    server.context.traces.watch({
      show: ({ steps }) => {
        if (steps.some((step) => step.name === 'authenticate_user')) checked++
      },
      end: () => {},
    })
    const wrong = Array.from({ length: 30 }, () => post('/token', { username: 'alice', password: 'wrong' }))
    assert.deepEqual(new Set((await Promise.all(wrong)).map(({ status }) => status)), new Set([401]))
    assert.equal(checked, 3)
    assert.equal((await post('/token', { username: 'alice', password: 'secret' })).status, 401)
  })
}
