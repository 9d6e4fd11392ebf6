/** More requests than the server can answer soon: those beyond a bound are refused at once, and who watches over it is answered. */
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { eventually } from '../support/accounts.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { openPort, startServer, type TestServer } from '../support/server.ts'

/** Does `work` while as many requests are in progress as the server takes. */
async function whileOverloaded(t: TestContext, work: (server: TestServer) => Promise<void>): Promise<TestServer> {
  const server = await startServer(t, {
    clients: declaredClients,
    metricsPath: '/metrics',
    passwordWorkers: 1,
    passwordQueueLimit: 1,
  })
  const { refreshToken } = await givenGrant(server)
  const isHeld = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const holder = server.server.context.store.transaction(() => {
    isHeld.resolve()
    return mayEnd.promise
  })
  await isHeld.promise
  const waiting = Array.from({ length: 500 + 1 + 1 }, () => refresh(server, refreshToken))
  try {
    await eventually(async () => (await server.get('/users/me')).status === 503)
    await work(server)
  } finally {
    mayEnd.resolve()
    await holder
  }
  const statuses = (await Promise.all(waiting)).map(({ status }) => status)
  assert.ok(!statuses.includes(503))
  return server
}

test('with too many requests in progress, every route but those of health and metrics is refused, and served again afterwards', async (t) => {
  const server = await whileOverloaded(t, async ({ get, post, server }) => {
    const refused = [
      await get('/users/me'),
      await get('/unknown'),
      await get('/token?/healthz'),
      await post('/token', { grant_type: 'client_credentials' }),
      await post('/login', {}),
      await server.fetch(new Request('http://127.0.0.1:8000/token', { method: 'OPTIONS' })),
    ]
    for (const response of refused) {
      assert.equal(response.status, 503)
      assert.equal(response.headers.get('retry-after'), '1')
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(JSON.parse(await response.text()).error, 'temporarily_unavailable')
    }
    assert.equal((await get('/healthz')).status, 200)
    const metrics = await get('/metrics')
    assert.equal(metrics.status, 200)
    const [, count] = /^countersign_requests_refused_total (\d+)$/m.exec(await metrics.text()) ?? []
    assert.ok(Number(count) >= refused.length)
    // It writes, which the requests in progress wait for too, and says so itself: 200, or 503 with 5 seconds.
    assert.notEqual((await get('/readyz?now')).headers.get('retry-after'), '1')
  })
  assert.equal((await server.get('/users/me')).status, 401)
  await eventually(() => server.log.some(({ facts }) => facts['reason'] === 'server_overloaded'))
})

test('a refused request keeps its connection, with a body too, so that the next one costs no new connection', async (t) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const send = (port: number, method: string, body: string) =>
    new Promise<[status: number | undefined, isReused: boolean]>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const sent = request({ port, agent, method, path: '/token', headers }, (response) => {
        response.resume().on('end', () => setImmediate(resolve, [response.statusCode, sent.reusedSocket]))
      })
      sent.on('error', reject).end(body)
    })
  await whileOverloaded(t, async (server) => {
    const { port } = await openPort(t, server)
    assert.deepEqual(await send(port, 'POST', 'grant_type=client_credentials'), [503, false])
    assert.deepEqual(await send(port, 'POST', 'grant_type=client_credentials'), [503, true])
    assert.deepEqual(await send(port, 'GET', ''), [503, true])
  })
})
