/** Many clients that are slow on purpose: A21, Q1 and Q2 of the security cases. The limits are 10 s, so these tests take that long. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { countChecks, eventually } from '../support/accounts.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { tim } from '../support/people.ts'
import { ask, openConnection, type RawConnection, requestText } from '../support/raw-http.ts'
import { openPort, startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

/** Writes the bytes one by one until the server has closed the connection, and returns how many were sent. */
async function trickle(connection: RawConnection, bytes: string, every: number): Promise<number> {
  let sent = 0
  const timer = setInterval(() => connection.write(bytes.charAt(sent++ % bytes.length)), every)
  await connection.closed
  clearInterval(timer)
  return sent
}

describe('slow clients', { concurrency: true }, () => {
  test('Q1 200 sockets that trickle headers are closed with 408, and other clients are served meanwhile', async (t) => {
    const server = await startPasswordGrantServer(t)
    const { port } = await openPort(t, server)
    const slow = Array.from({ length: 200 }, () => openConnection(t, port))
    for (const connection of slow) connection.write('GET /healthz HTTP/1.1\r\n')
    const trickles = slow.map((connection) => trickle(connection, 'x: y\r\n', 1000))
    assert.equal((await ask(t, port, requestText('GET /healthz'))).status, 200)
    await tokenByPassword(server, tim)
    for (const connection of slow) assert.match(await connection.closed, /^HTTP\/1\.1 408 /)
    await Promise.all(trickles)
  })

  test('Q2 200 sockets that trickle a body are closed with 408', async (t) => {
    const server = await startPasswordGrantServer(t)
    const { port } = await openPort(t, server)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 1000 }
    const slow = Array.from({ length: 200 }, () => openConnection(t, port))
    for (const connection of slow) connection.write(requestText('POST /token', headers))
    const trickles = slow.map((connection) => trickle(connection, 'username=tim&', 1000))
    for (const connection of slow) assert.match(await connection.closed, /^HTTP\/1\.1 408 /)
    await Promise.all(trickles)
    assert.deepEqual(
      server.log.filter((line) => line.level === 'error'),
      [],
    )
  })

  test('A21 a body that is shorter than its Content-Length gets 408, and the connection is closed', async (t) => {
    const server = await startPasswordGrantServer(t)
    const { port } = await openPort(t, server)
    const checks = countChecks(t, server)
    const connection = openConnection(t, port)
    connection.write(
      requestText(
        'POST /token',
        { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 1000 },
        'username=tim&password=tim1234',
      ),
    )
    const response = await connection.readResponse()
    assert.equal(response.status, 408)
    assert.equal(JSON.parse(response.body).error, 'request_timeout')
    assert.equal(await connection.closed, '')
    assert.equal(checks(), 0)
  })

  test('Q2 200 idle kept-alive connections are closed, and connections that never sent a request too', async (t) => {
    const { port } = await openPort(t, await startServer(t, { keepAliveTimeout: 1 }))
    const idle = Array.from({ length: 200 }, () => openConnection(t, port))
    const silent = Array.from({ length: 50 }, () => openConnection(t, port))
    const requestOnce = async (connection: RawConnection) => {
      connection.write(requestText('GET /healthz'))
      assert.equal((await connection.readResponse()).status, 200)
      assert.equal(await connection.closed, '')
    }
    // All at once: one that waits for others is closed before its request.
    await Promise.all(idle.map(requestOnce))
    for (const connection of silent) assert.match(await connection.closed, /^HTTP\/1\.1 408 |^$/)
  })

  test('Q2 clients that request the largest file a thousand times and read nothing share one copy of it', async (t) => {
    const { port } = await openPort(t, await startServer(t))
    const before = process.memoryUsage().arrayBuffers
    const greedy = Array.from({ length: 4 }, () => openConnection(t, port))
    for (const connection of greedy) {
      connection.stopReading()
      connection.write(requestText('GET /docs/swagger-ui-bundle.js').repeat(1000))
    }
    for (let turn = 0; turn < 5; turn++) assert.equal((await ask(t, port, requestText('GET /healthz'))).status, 200)
    assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024)
    for (const connection of greedy) connection.reset()
  })

  test('Q2 a watcher of the live trace that reads nothing is disconnected', async (t) => {
    const server = await startTutorialServer(t)
    const watching = await server.get('/_trace/events')
    let shown = 0
    const stop = server.server.context.traces.watch({ show: () => shown++, end: () => {} })
    t.after(stop)
    for (let request = 0; request < 1100; request++) await server.get('/nowhere')
    assert.equal(shown, 1100)
    const unread = await watching.text()
    assert.ok(unread.length > 200_000 && unread.length < 300_000)
  })

  test('Q2 the number of watchers is limited, and a place is free again when a watcher leaves', async (t) => {
    const server = await startTutorialServer(t)
    const watchers = await Promise.all(Array.from({ length: 20 }, () => server.get('/_trace/events')))
    assert.equal((await server.get('/_trace/events')).status, 503)
    await watchers[0]?.body?.cancel()
    assert.equal((await server.get('/_trace/events')).status, 200)
    server.server.context.traces.endWatches()
  })

  test('Q2 HEAD of the live trace ends, in process and over a socket', async (t) => {
    const server = await startTutorialServer(t)
    const { port } = await openPort(t, server)
    const response = await server.server.fetch(new Request('http://127.0.0.1:8000/_trace/events', { method: 'HEAD' }))
    assert.equal(response.body, null)
    const connection = openConnection(t, port)
    connection.write(`${requestText('HEAD /_trace/events')}${requestText('GET /healthz')}`)
    assert.equal((await connection.readResponse({ isHead: true })).status, 200)
    assert.equal((await connection.readResponse()).status, 200)
  })

  test('Q2 a rejected connection is closed even if the client never closes its side', async (t) => {
    const { port } = await openPort(t, await startServer(t))
    const connection = openConnection(t, port, { isHalfOpen: true })
    connection.write('\0')
    assert.equal((await connection.readResponse()).status, 400)
    let isClosed = false
    void connection.closed.then(() => {
      isClosed = true
    })
    await eventually(() => {
      connection.write('x')
      return isClosed
    })
  })
})
