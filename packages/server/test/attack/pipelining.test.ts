/** Several requests on one connection: each response is that of its request (RFC 9112 §9.3.2), whatever follows. */
import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { after, type TestContext, test } from 'node:test'
import type { App } from '../../src/http/app.ts'
import { listen } from '../../src/http/listen.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import { startServer } from '../support/server.ts'

const { server } = await startServer({ after })

/** The app, which answers `/healthz` only when `release` is called. */
function heldBack(): { readonly app: App; readonly release: () => void } {
  const held = Promise.withResolvers<void>()
  const app: App = {
    ...server.app,
    handle: async (incoming) => {
      if (incoming.target === '/healthz') await held.promise
      return await server.app.handle(incoming)
    },
  }
  return { app, release: held.resolve }
}

/** `app`, and the targets of the requests that it has begun to handle. */
function listing(app: App): { readonly app: App; readonly handled: readonly string[] } {
  const handled: string[] = []
  const handle: App['handle'] = (incoming) => {
    handled.push(incoming.target)
    return app.handle(incoming)
  }
  return { app: { ...app, handle }, handled }
}

/** Two requests of another connection are answered: what had arrived on the first one is read by then. */
async function serveAnother(t: TestContext, port: number): Promise<void> {
  const other = openConnection(t, port)
  for (let round = 0; round < 2; round++) {
    other.write(requestText('GET /readyz'))
    assert.equal((await other.readResponse()).status, 200)
  }
}

const slow = requestText('GET /healthz')

const followers: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ['no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a header that is too large', requestText('GET /', { 'x-large': 'x'.repeat(40_000) }), 431],
  ['two lengths', 'POST /token HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
  [
    'a malformed chunk',
    `${requestText('POST /token', { 'transfer-encoding': 'chunked', 'content-type': 'application/x-www-form-urlencoded' })}zz\r\n`,
    400,
  ],
  ['CONNECT', 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n', 405],
]

for (const [what, bytes, status] of followers) {
  for (const [count, first] of [
    ['a request', slow],
    ['two requests', slow + requestText('GET /nowhere')],
  ] as const) {
    test(`the response to ${count} comes before the one to what follows: ${what}`, async (t) => {
      const { app, release } = heldBack()
      const listening = await listen(app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
      t.after(() => listening.close(0))
      const connection = openConnection(t, listening.port)
      connection.write(first)
      connection.write(bytes)
      // The server has read all of it when it answers on another connection.
      const other = openConnection(t, listening.port)
      other.write(requestText('GET /readyz'))
      await other.readResponse()
      other.write(requestText('GET /readyz'))
      await other.readResponse()
      release()
      const statuses = [(await connection.readResponse()).status]
      if (count === 'two requests') statuses.push((await connection.readResponse()).status)
      statuses.push((await connection.readResponse()).status)
      assert.deepEqual(statuses, count === 'two requests' ? [200, 404, status] : [200, status])
      assert.equal(await connection.closed, '')
    })
  }
}

test('what follows a request that closes the connection gets no response', async (t) => {
  const { app, release } = heldBack()
  const listening = await listen(app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  connection.write(`${requestText('GET /healthz', { connection: 'close' })}GARBAGE\r\n\r\n`)
  release()
  assert.equal((await connection.readResponse()).status, 200)
  assert.equal(await connection.closed, '')
})

test('Q9 a reset after CONNECT, while the response before it is made, ends no process', async (t) => {
  const { app, release } = heldBack()
  const listening = await listen(app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  connection.write(slow)
  connection.write('CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n')
  const other = openConnection(t, listening.port)
  other.write(requestText('GET /readyz'))
  await other.readResponse()
  connection.reset()
  other.write(requestText('GET /readyz'))
  await other.readResponse()
  release()
  other.write(requestText('GET /readyz'))
  assert.equal((await other.readResponse()).status, 200)
})

test('a request is handled when the one before it on the connection is answered: one connection has one place in the line', async (t) => {
  const { app: held, release } = heldBack()
  const { app, handled } = listing(held)
  const listening = await listen(app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  connection.write(slow + requestText('GET /nowhere').repeat(100))
  await serveAnother(t, listening.port)
  assert.deepEqual(handled, ['/healthz', '/readyz', '/readyz'])
  release()
  assert.equal((await connection.readResponse()).status, 200)
  for (let count = 0; count < 100; count++) assert.equal((await connection.readResponse()).status, 404)
  connection.write(requestText('GET /readyz'))
  assert.equal((await connection.readResponse()).status, 200)
})

test('many more requests than may wait on a connection are handled one by one, and all are answered', async (t) => {
  const { app, release } = heldBack()
  let arrived = 0
  const counting: App = {
    ...app,
    refuse: (target) => {
      arrived++
      return app.refuse(target)
    },
  }
  const listening = await listen(counting, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  const count = 20_000
  connection.write(slow + requestText('GET /nowhere').repeat(count))
  await serveAnother(t, listening.port)
  assert.equal(arrived, 3)
  release()
  assert.equal((await connection.readResponse()).status, 200)
  for (let answered = 0; answered < count; answered++) assert.equal((await connection.readResponse()).status, 404)
  assert.equal(arrived, 3 + count)
})

/** The server's sockets, in the order of the first request of each. */
function socketsOfServer(t: TestContext): readonly Socket[] {
  const sockets: Socket[] = []
  const started = channel('http.server.request.start')
  const note = (message: unknown) => {
    const { socket } = (message as { readonly request: IncomingMessage }).request
    if (!sockets.includes(socket)) sockets.push(socket)
  }
  started.subscribe(note)
  t.after(() => started.unsubscribe(note))
  return sockets
}

test('Q2 a connection on which many requests wait is not read: what its client sends further stays with the client', async (t) => {
  const sockets = socketsOfServer(t)
  const { app, release } = heldBack()
  const listening = await listen(app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  const large = requestText('GET /nowhere', { 'x-large': 'x'.repeat(1000) })
  connection.write(slow + large.repeat(500))
  for (let round = 0; round < 5; round++) await serveAnother(t, listening.port)
  const waiting = slow.length + 100 * large.length
  const readAtOnce = 65_536
  assert.ok((sockets[0]?.bytesRead ?? Number.POSITIVE_INFINITY) < waiting + readAtOnce)
  release()
  assert.equal((await connection.readResponse()).status, 200)
  for (let answered = 0; answered < 500; answered++) assert.equal((await connection.readResponse()).status, 404)
  connection.write(requestText('GET /readyz'))
  assert.equal((await connection.readResponse()).status, 200)
})

test('what follows a request whose response ends the connection is not handled', async (t) => {
  const { app: held, release } = heldBack()
  const { app, handled } = listing(held)
  const listening = await listen(app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  connection.write(slow + requestText('GET /nowhere', { host: 'no host' }) + requestText('GET /nowhere').repeat(2))
  release()
  assert.equal((await connection.readResponse()).status, 200)
  assert.equal((await connection.readResponse()).status, 400)
  assert.equal(await connection.closed, '')
  assert.deepEqual(handled, ['/healthz'])
})
