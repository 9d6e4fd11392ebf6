/** How an embedded server ends, and its ports. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { defaultGraceMs } from '../../src/http/running.ts'
import type { Countersign } from '../../src/index.ts'
import { basicOf } from '../support/clients.ts'
import { embed, logIn, origin } from '../support/embed.ts'

const secret = 'a secret of the service, long enough'
const service = { client_id: 'service', client_secret: secret, grant_types: ['client_credentials'] }

/** A server whose token endpoint waits in the hook `claims`. */
async function embedWaiting(t: TestContext, work = async (_countersign: Countersign) => {}) {
  const begun = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const claims = async () => {
    begun.resolve()
    await goOn.promise
    await work(countersign)
    return {}
  }
  const warnings: string[] = []
  const warn = (_facts: object, message: string) => void warnings.push(message)
  const countersign = await embed(t, { claims, clients: [service] }, { log: { info: warn, warn, error: warn } })
  const request = (url: string) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    return new Request(`${url}/token`, { method: 'POST', body, headers: basicOf('service', secret) })
  }
  return { countersign, request, begun: begun.promise, goOn: goOn.resolve, warnings }
}

const closedMessage = { name: 'ClosedError', message: 'Countersign is closed' }

test('listen opens a port, and close closes it', async (t) => {
  const countersign = await embed(t)
  const { url, port } = await countersign.listen({ port: 0 })
  assert.equal(url, `http://127.0.0.1:${port}`)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  await countersign.close()
  await assert.rejects(fetch(`${url}/healthz`))
})

test('close waits for the requests that run, however they came', async (t) => {
  const { countersign, request, begun, goOn } = await embedWaiting(t)
  const response = countersign.fetch(request(origin))
  await begun
  const order: string[] = []
  const answered = response.then(({ status }) => order.push(String(status)))
  const closed = countersign.close().then(() => order.push('closed'))
  // Far more turns than closing takes when nothing runs: the database is still open.
  for (let turn = 0; turn < 200; turn++) {
    await setImmediate()
    assert.deepEqual(await countersign.users.list(), { users: [], next: undefined })
  }
  goOn()
  await Promise.all([answered, closed])
  assert.deepEqual(order, ['200', 'closed'])
})

test('close waits for the operations that run', async (t) => {
  const countersign = await embed(t)
  const created = countersign.users.create({ username: 'tim', password: 'a password of tim' })
  await countersign.close()
  assert.equal((await created).username, 'tim')
})

test('while it closes, a hook of a running request may use the handle', async (t) => {
  const work = async ({ users }: Countersign) => void (await users.find({ username: 'tim' }))
  const { countersign, request, begun, goOn } = await embedWaiting(t, work)
  const response = countersign.fetch(request(origin))
  await begun
  const closed = countersign.close()
  goOn()
  assert.equal((await response).status, 200)
  await closed
})

test('while it closes and afterwards, each response is 503, and the log says nothing', async (t) => {
  const { countersign, request, begun, goOn, warnings } = await embedWaiting(t)
  const running = countersign.fetch(request(origin))
  await begun
  const before = warnings.length
  const closed = countersign.close()
  const requests = () => [
    new Request(`${origin}/readyz`),
    new Request(`${origin}/healthz`),
    new Request(`${origin}/no-such-path`),
    new Request(`${origin}/token`, { method: 'OPTIONS', headers: { origin: 'https://app.example.com' } }),
    new Request(`${origin}/authorize`, { headers: { accept: 'text/html' } }),
    new Request(`${origin}/token`, { headers: { host: 'not a host' } }),
    request(origin),
  ]
  const rejected = async () => {
    for (const one of requests()) {
      const response = await countersign.fetch(one)
      assert.equal(response.status, 503, one.url)
      assert.equal(response.headers.get('retry-after'), '5')
      assert.equal(JSON.parse(await response.text()).error, 'temporarily_unavailable')
    }
  }
  await rejected()
  goOn()
  assert.equal((await running).status, 200)
  await closed
  await rejected()
  assert.deepEqual(warnings.slice(before), [])
})

test('after close, each operation rejects', async (t) => {
  const { close, users, clients, keys, grants, incidents, why, listen } = await embed(t)
  await close()
  const operations: readonly (() => Promise<unknown>)[] = [
    () => users.create({ username: 'tim', password: 'a password of tim' }),
    () => users.find({ id: 'tim' }),
    () => users.list(),
    () => users.disable('tim'),
    () => clients.list(),
    () => clients.rotateSecret('app'),
    () => keys.list(),
    () => keys.rotate(),
    () => grants.list('tim'),
    () => grants.revokeAll('tim'),
    () => incidents(),
    () => why('id'),
    () => listen({ port: 0 }),
  ]
  for (const operation of operations) await assert.rejects(operation(), closedMessage)
})

test('a request that takes longer than the grace period ends with 503, and closing takes that period once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { countersign, request, begun, goOn, warnings } = await embedWaiting(t)
  const { url } = await countersign.listen({ port: 0 })
  const overSocket = assert.rejects(fetch(request(url)))
  await begun
  const direct = countersign.fetch(request(origin), { address: '127.0.0.1' })
  const before = warnings.length
  const closed = countersign.close()
  await setImmediate()
  t.mock.timers.tick(defaultGraceMs)
  await closed
  await overSocket
  goOn()
  assert.equal((await direct).status, 503)
  assert.deepEqual(warnings.slice(before), ['closed, although these had not ended'])
})

test('a port that is being opened when close is called is closed, and none is opened later', async (t) => {
  const countersign = await embed(t)
  const opening = countersign.listen({ port: 0 })
  await countersign.close()
  const { url } = await opening
  await assert.rejects(fetch(`${url}/healthz`))
  await assert.rejects(countersign.listen({ port: 0 }), closedMessage)
})

test('a port that is closed, or was never open, is forgotten', async (t) => {
  const countersign = await embed(t)
  const first = await countersign.listen({ port: 0 })
  await assert.rejects(countersign.listen({ port: first.port }), { code: 'EADDRINUSE' })
  await first.close()
  const second = await countersign.listen({ port: first.port })
  assert.equal((await fetch(`${second.url}/healthz`)).status, 200)
  await countersign.close()
  await assert.rejects(fetch(`${second.url}/healthz`))
  assert.equal((await logIn(countersign, 'wrong')).status, 503)
})
