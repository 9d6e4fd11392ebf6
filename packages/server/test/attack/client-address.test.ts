/** Attacks on the address that the server uses as that of a client: D6 and Q8 of the security cases. Claimed addresses with one budget are one address. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Options } from '../../src/config/options.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { openPort } from '../support/server.ts'

const addressHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip']

/** A server on a port. `endWindow` resets the budgets before each test. */
async function startOnPort(options: Partial<Options>) {
  const server = await startPasswordGrantServer({ after }, { failureWindow: 900, ...options })
  const { origin } = await openPort({ after }, server)
  return { origin, endWindow: () => (server.clock.now += 900) }
}

const trustsNoProxy = await startOnPort({ addressFailureLimit: 3 })

for (const name of addressHeaders) {
  test(`D6 ${name} from an untrusted peer does not give a new budget`, async () => {
    const { origin, endWindow } = trustsNoProxy
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

/** Whether two claimed addresses share a budget of one login attempt: this shows which client address the server uses. */
async function shareBudget({ origin, endWindow }: typeof trustsNoProxy, first: string, second: string) {
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
  ['D6', '198.51.100.1:80', '198.51.100.1:81', true],
  ['D6', '198.51.100.1:80', '198.51.100.2:80', false],
  ['Q8', '1.2.3', '0x7f.1', true],
  ['Q8', 'fe80::1%eth0', 'fe80::1%eth1', true],
  ['Q8', '', ',,,', true],
  ['Q8', Array.from({ length: 1500 }, () => '203.0.113.9').join(), '203.0.113.9', true],
]

const trustsLoopback = await startOnPort({ addressFailureLimit: 1, trustedProxies: ['127.0.0.1'] })
const trustsOthers = await startOnPort({ addressFailureLimit: 1, trustedProxies: ['10.0.0.0/8'] })

for (const [id, first, second, isShared] of claims) {
  const title = `${first.slice(0, 30)} and ${second} from a trusted proxy are ${isShared ? 'one address' : 'two addresses'}`
  test(`${id} X-Forwarded-For ${title}`, async () => {
    assert.equal(await shareBudget(trustsLoopback, first, second), isShared)
    assert.equal(await shareBudget(trustsOthers, first, second), true)
  })
}

test('D6 Forwarded is used from a trusted proxy, and a client that sends another header beside it gets no budget of its own', async () => {
  const { origin, endWindow } = trustsLoopback
  endWindow()
  const send = async (headers: Record<string, string>) => {
    const body = new URLSearchParams({ username: 'a', password: 'wrong' })
    return (await fetch(`${origin}/token`, { method: 'POST', body, headers })).status
  }
  assert.equal(await send({ forwarded: 'for="198.51.100.1:80"' }), 401)
  assert.equal(await send({ forwarded: 'for=198.51.100.1;proto=https' }), 429)
  assert.equal(await send({ forwarded: 'for=198.51.100.1, for=198.51.100.2' }), 401)
  assert.equal(await send({ forwarded: 'for=198.51.100.3', 'x-forwarded-for': '198.51.100.4' }), 401)
  assert.equal(await send({ forwarded: 'for=198.51.100.5', 'x-forwarded-for': '198.51.100.6' }), 429)
})

test('Q8 10 000 hops from an untrusted peer are ignored, or are too many bytes', async (t) => {
  const server = await startPasswordGrantServer(t)
  const { origin } = await openPort(t, server)
  const healthz = (hops: number) =>
    fetch(`${origin}/healthz`, { headers: { 'x-forwarded-for': Array.from({ length: hops }, () => '1.2.3.4').join() } })
  assert.equal((await healthz(3_000)).status, 200)
  assert.equal((await healthz(10_000)).status, 431)
})
