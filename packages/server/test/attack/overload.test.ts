/** More requests than the server can answer soon: those beyond a bound are refused at once, and who watches over it is answered. */
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createOverload } from '../../src/http/overload.ts'
import { createTurns } from '../../src/http/turns.ts'
import { routesOf } from '../../src/routes.ts'
import { eventually } from '../support/accounts.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { openPort, startServer, type TestServer } from '../support/server.ts'

/** The requests that may be in progress, with one login that runs and one that waits. */
const limit = 500 + 1 + 1

/** It is refused as others are, and does not count among them. */
const preflight = ({ server }: TestServer) =>
  server.fetch(new Request('http://127.0.0.1:8000/token', { method: 'OPTIONS' }))

async function countRefused({ get }: TestServer): Promise<number> {
  const metrics = await get('/metrics')
  assert.equal(metrics.status, 200)
  const [, count] = /^countersign_requests_refused_total (\d+)$/m.exec(await metrics.text()) ?? []
  return Number(count)
}

interface Overloaded {
  readonly server: TestServer
  /** The statuses of the requests that it was overloaded with. */
  readonly statuses: readonly number[]
}

/** Does `work` while as many refreshes, which change what is stored, are in progress as the server takes. `count` of them come at once. */
async function whileOverloaded(
  t: TestContext,
  work: (server: TestServer) => Promise<void>,
  count: number = limit,
): Promise<Overloaded> {
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
  const waiting = Array.from({ length: count }, () => refresh(server, refreshToken))
  try {
    await eventually(async () => (await preflight(server)).status === 503)
    await work(server)
  } finally {
    mayEnd.resolve()
    await holder
  }
  return { server, statuses: (await Promise.all(waiting)).map(({ status }) => status) }
}

test('with too many requests in progress, all but checks of tokens, health and metrics are refused, and served again afterwards', async (t) => {
  const { server, statuses } = await whileOverloaded(t, async (server) => {
    const { get, post } = server
    const refused = [
      await get('/login'),
      await get('/unknown'),
      await get('/token?/healthz'),
      await post('/token', { grant_type: 'client_credentials' }),
      await post('/login', {}),
      await preflight(server),
    ]
    for (const response of refused) {
      assert.equal(response.status, 503)
      assert.equal(response.headers.get('retry-after'), '1')
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(JSON.parse(await response.text()).error, 'temporarily_unavailable')
    }
    assert.equal((await get('/healthz')).status, 200)
    assert.equal((await get('/users/me')).status, 401)
    assert.equal((await get('/.well-known/jwks.json')).status, 200)
    assert.equal((await post('/introspect', { token: 'x' })).status, 401)
    assert.ok((await countRefused(server)) >= refused.length)
    // It writes, which the requests in progress wait for too, and says so itself: 200, or 503 with 5 seconds.
    assert.notEqual((await get('/readyz?now')).headers.get('retry-after'), '1')
  })
  assert.ok(!statuses.includes(503))
  assert.equal((await server.post('/revoke', {})).status, 401)
  await eventually(() => server.log.some(({ facts }) => facts['reason'] === 'server_overloaded'))
})

test('requests that come at once and wait for their turn are refused when others have begun meanwhile', async (t) => {
  const more = 200
  const allAreRefused = (server: TestServer) => eventually(async () => (await countRefused(server)) >= more + 1)
  const { statuses } = await whileOverloaded(t, allAreRefused, limit + more)
  assert.equal(statuses.filter((status) => status === 503).length, more)
})

test('checks of tokens have a bound of their own', async (t) => {
  const { server } = await startServer(t)
  const routes = routesOf(server.context.config)
  const { refuse, begin, end } = createOverload(server.context, routes, createTurns())
  const check = routes.find(({ path }) => path === '/users/me')
  assert.ok(check)
  for (let count = 0; count < 500; count++) assert.equal(begin(check), true)
  assert.equal(begin(check), false)
  assert.equal(refuse('/introspect')?.status, 503)
  assert.equal(refuse('/token'), undefined)
  assert.equal(refuse('/healthz'), undefined)
  end(check)
  assert.equal(refuse('/introspect'), undefined)
})

test('requests for health and metrics take no place from others', async (t) => {
  const { server } = await startServer(t)
  const routes = routesOf(server.context.config)
  const { refuse, begin, end } = createOverload(server.context, routes, createTurns())
  const essential = routes.find(({ path }) => path === '/readyz')
  const other = routes.find(({ path }) => path === '/revoke')
  assert.ok(essential && other)
  for (let count = 0; count < 1000; count++) assert.equal(begin(essential), true)
  assert.equal(refuse('/revoke'), undefined)
  assert.equal(begin(other), true)
  for (let count = 0; count < 1000; count++) end(essential)
  while (begin(other));
  assert.equal(refuse('/revoke')?.status, 503)
  assert.equal(begin(essential), true)
})

test('while the first of those that wait for their turn has waited for two seconds, requests of its kind are refused', async (t) => {
  const { server } = await startServer(t)
  const turns = createTurns()
  const { refuse } = createOverload(server.context, routesOf(server.context.config), turns)
  const stopFor = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  let turn = turns.wait('others')
  while (turn === undefined) {
    stopFor(6)
    turn = turns.wait('others')
  }
  assert.equal(refuse('/token'), undefined)
  stopFor(2100)
  assert.equal(refuse('/token')?.status, 503)
  assert.equal(refuse('/users/me'), undefined)
  await turn
  assert.equal(refuse('/token'), undefined)
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
