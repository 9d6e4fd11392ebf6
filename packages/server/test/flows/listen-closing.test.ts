/** How a port is closed while requests are on their way to it. */
import assert from 'node:assert/strict'
import { stat } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { listen } from '../../src/http/listen.ts'
import { embed } from '../support/embed.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import { startServer } from '../support/server.ts'

async function openPort(t: TestContext) {
  const { server } = await startServer(t)
  const listening = await listen(server.app, '127.0.0.1', 0, server.context.config)
  t.after(() => listening.close(0))
  return listening
}

test('R21 connections that the system has made and the process has not accepted are served', async (t) => {
  const { port, close } = await openPort(t)
  const connections = Array.from({ length: 100 }, () => openConnection(t, port))
  for (const connection of connections) connection.write(requestText('GET /healthz'))
  await Promise.all(connections.map(({ opened }) => opened))
  const closed = close()
  for (const connection of connections) assert.equal((await connection.readResponse()).status, 200)
  assert.equal(await closed, true)
  const late = openConnection(t, port)
  assert.equal(await late.closed, '')
})

test('R21 connections that the system makes in the turn in which the port begins to close are served', async (t) => {
  const { server } = await startServer(t)
  // Of several ports: the first turns of a process are long, and a long turn closes none.
  for (let round = 0; round < 20; round++) {
    const { port, close } = await listen(server.app, '127.0.0.1', 0, server.context.config)
    const { connections, closed } = await afterAccepting(async () => {
      const connections = Array.from({ length: 5 }, () => openConnection(t, port))
      for (const connection of connections) connection.write(requestText('GET /healthz'))
      // The sockets connect now.
      await undefined
      return { connections, closed: close() }
    })
    for (const connection of connections) assert.equal((await connection.readResponse()).status, 200)
    assert.equal(await closed, true)
  }
})

/** Runs `work` where a signal is handled: in a turn of the event loop that has accepted its connections, or will accept none any more. */
function afterAccepting<Result>(work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve) => stat('.', () => resolve(work())))
}

test('R21 connections that their clients reset before they are served end neither the process nor the wait', async (t) => {
  const { port, close } = await openPort(t)
  const connections = Array.from({ length: 20 }, () => openConnection(t, port))
  const last = openConnection(t, port)
  last.write(requestText('GET /healthz'))
  const closed = close()
  for (const connection of connections) {
    await connection.opened
    connection.write('GET /healthz')
    connection.reset()
  }
  assert.equal((await last.readResponse()).status, 200)
  assert.equal(await closed, true)
})

test('R21 connections that wait are served when a port is closed again while it closes', async (t) => {
  const { port, close } = await openPort(t)
  const connections = Array.from({ length: 300 }, () => openConnection(t, port))
  for (const connection of connections) connection.write(requestText('GET /healthz'))
  await Promise.all(connections.map(({ opened }) => opened))
  const closed = [close(), close()]
  for (const connection of connections) assert.equal((await connection.readResponse()).status, 200)
  assert.deepEqual(await Promise.all([...closed, close()]), [true, true, true])
})

test('R21 after a drain, a request on a connection that was kept alive is served, and closes it', async (t) => {
  const { port, drain, close } = await openPort(t)
  const connection = openConnection(t, port)
  connection.write(requestText('GET /healthz'))
  assert.equal((await connection.readResponse()).headers.get('connection'), 'keep-alive')
  await drain(0, () => false)
  const closed = close()
  connection.write(requestText('GET /healthz'))
  const last = await connection.readResponse()
  assert.equal(last.status, 200)
  assert.equal(last.headers.get('connection'), 'close')
  assert.equal(await connection.closed, '')
  assert.equal(await closed, true)
})

test('close ends connections that never had a request, and idle ones', async (t) => {
  const { port, close } = await openPort(t)
  const unused = openConnection(t, port)
  const idle = openConnection(t, port)
  idle.write(requestText('GET /healthz'))
  assert.equal((await idle.readResponse()).status, 200)
  assert.equal(await close(), true)
  assert.equal(await unused.closed, '')
  assert.equal(await idle.closed, '')
})

test('a request that never ends is cut off, and close says so', async (t) => {
  const { port, close } = await openPort(t)
  const connection = openConnection(t, port)
  connection.write('POST /token HTTP/1.1\r\nhost: a.example\r\ncontent-length: 10\r\n\r\n')
  const other = openConnection(t, port)
  other.write(requestText('GET /healthz'))
  await other.readResponse()
  assert.equal(await close(50), false)
  assert.equal(await connection.closed, '')
})

test('an embedded server with a shutdownDelay drains its port before it responds with 503', async (t) => {
  const countersign = await embed(t, { shutdownDelay: 1 })
  const { port } = await countersign.listen({ port: 0 })
  const idle = openConnection(t, port)
  idle.write(requestText('GET /healthz'))
  await idle.readResponse()
  const closed = countersign.close()
  const late = openConnection(t, port)
  late.write(requestText('GET /readyz'))
  assert.equal((await late.readResponse()).body, '{"status":"unavailable","reason":"stopping"}')
  idle.write(requestText('GET /healthz'))
  const response = await idle.readResponse()
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('connection'), 'close')
  await closed
})
