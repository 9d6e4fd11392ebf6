/** More requests than the server can answer soon: those beyond a bound are refused at once, and who watches over it is answered. */
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { eventually } from '../support/accounts.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { openPort, startServer, type TestServer } from '../support/server.ts'

/** A server with as many requests in progress as it takes; they go on when the returned function is called. */
async function overloaded(t: TestContext): Promise<TestServer & { readonly goOn: () => Promise<void> }> {
  const server = await startServer(t, { clients: declaredClients, passwordWorkers: 1, passwordQueueLimit: 1 })
  const { refreshToken } = await givenGrant(server)
  const isHeld = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const holder = server.server.context.store.transaction(() => {
    isHeld.resolve()
    return mayEnd.promise
  })
  await isHeld.promise
  const waiting = Array.from({ length: 500 + 1 + 1 }, () => refresh(server, refreshToken))
  await eventually(async () => (await server.get('/users/me')).status === 503)
  return {
    ...server,
    goOn: async () => {
      mayEnd.resolve()
      await holder
      const statuses = (await Promise.all(waiting)).map(({ status }) => status)
      assert.ok(!statuses.includes(503))
    },
  }
}

test('with too many requests in progress, every route but those of health is refused, and served again afterwards', async (t) => {
  const server = await overloaded(t)
  const refused = [
    await server.get('/users/me'),
    await server.get('/unknown'),
    await server.get('/token?/healthz'),
    await server.post('/token', { grant_type: 'client_credentials' }),
    await server.post('/login', {}),
    await server.server.fetch(new Request('http://127.0.0.1:8000/token', { method: 'OPTIONS' })),
  ]
  for (const response of refused) {
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('retry-after'), '1')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(JSON.parse(await response.text()).error, 'temporarily_unavailable')
  }
  assert.equal((await server.get('/healthz')).status, 200)
  assert.equal((await server.get('/readyz?now')).status, 200)
  await server.goOn()
  assert.equal((await server.get('/users/me')).status, 401)
  await eventually(() => server.log.some(({ facts }) => facts['reason'] === 'server_overloaded'))
})

test('a refused request keeps its connection, with a body too, so that the next one costs no new connection', async (t) => {
  const server = await overloaded(t)
  const { port } = await openPort(t, server)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const send = (method: string, body: string) =>
    new Promise<[status: number | undefined, isReused: boolean]>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const sent = request({ port, agent, method, path: '/token', headers }, (response) => {
        response.resume().on('end', () => setImmediate(resolve, [response.statusCode, sent.reusedSocket]))
      })
      sent.on('error', reject).end(body)
    })
  assert.deepEqual(await send('POST', 'grant_type=client_credentials'), [503, false])
  assert.deepEqual(await send('POST', 'grant_type=client_credentials'), [503, true])
  assert.deepEqual(await send('GET', ''), [503, true])
  await server.goOn()
  assert.deepEqual(await send('POST', 'grant_type=client_credentials'), [401, true])
})
