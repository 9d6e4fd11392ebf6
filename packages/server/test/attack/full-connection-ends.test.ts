/** How a connection ends on which requests wait: at a stop, by CONNECT, or by a client that does not read its responses. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '../support/accounts.ts'
import { openHeldBack, serveAnother, slow, watchSockets } from '../support/held-back.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import { startServer } from '../support/server.ts'

const { server } = await startServer({ after })

const connect = 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n'
/** More than is read at once. */
const many = requestText('GET /nowhere', { 'x-large': 'x'.repeat(1000) }).repeat(300)

test('R21 at a stop, what has begun on a connection that is not read is answered, and the connection is closed', async (t) => {
  const sockets = watchSockets(t)
  const { port, answer, drain, close, handled } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  connection.write(slow + many)
  await serveAnother(t, port)
  await drain(0, () => false)
  const closed = close()
  answer()
  assert.equal((await connection.readResponse()).status, 200)
  let last = 'keep-alive'
  let answered = 0
  for (; last !== 'close'; answered++) last = (await connection.readResponse()).headers.get('connection') ?? ''
  assert.equal(await connection.closed, '')
  assert.equal(answered, handled.filter((target) => target === '/nowhere').length)
  assert.equal(await closed, true)
  assert.ok([...sockets.keys()].every((socket) => socket.destroyed))
})

test('Q2 the end of a connection that was not read loses no response that its client has not read yet', async (t) => {
  const sockets = watchSockets(t)
  const { port, answer, drain } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  const count = 1500
  connection.write(slow + requestText('GET /nowhere').repeat(count))
  await serveAnother(t, port)
  connection.write(many)
  await drain(0, () => false)
  connection.stopReading()
  answer()
  const [socket] = sockets.keys()
  await eventually(() => socket?.writableEnded === true)
  connection.startReading()
  assert.equal((await connection.readResponse()).status, 200)
  for (let last = ''; last !== 'close'; last = (await connection.readResponse()).headers.get('connection') ?? '');
  assert.equal(await connection.closed, '')
})

for (const [what, bytes] of [
  ['many requests wait', slow + many],
  ['CONNECT waits', slow + connect],
] as const) {
  test(`R21 a connection on which ${what} is cut off when the time for a stop is over`, async (t) => {
    const sockets = watchSockets(t)
    const { port, close, drain, answer } = await openHeldBack(t, server.app)
    const connection = openConnection(t, port)
    connection.write(bytes)
    await serveAnother(t, port)
    await drain(0, () => false)
    assert.equal(await close(50), false)
    assert.ok([...sockets.keys()].every((socket) => socket.destroyed))
    assert.equal(await connection.closed, '')
    answer()
  })
}

test('Q9 a client that sends CONNECT and does not read the response before it is disconnected after a time without any transfer', async (t) => {
  const sockets = watchSockets(t)
  const { port } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  connection.write(slow + connect)
  await serveAnother(t, port)
  const [socket] = sockets.keys()
  // Of the server. Its own time is half a minute.
  socket?.setTimeout(20)
  await eventually(() => socket?.destroyed === true)
  assert.equal(await connection.closed, '')
})

test('R21 a response that its client has not taken yet is not cut off at a stop', async (t) => {
  // More than the system keeps for the connection.
  const size = 8_000_000
  const { port, close, drain } = await openHeldBack(t, {
    ...server.app,
    handle: () => ({ status: 200, headers: {}, body: 'x'.repeat(size) }),
  })
  const connection = openConnection(t, port)
  connection.stopReading()
  connection.write(requestText('GET /large'))
  await connection.opened
  const idle = openConnection(t, port)
  await idle.opened
  await drain(0, () => false)
  const closed = close()
  // It is closed by a look for idle connections.
  await idle.closed
  connection.startReading()
  assert.ok((await connection.closed).length > size)
  assert.equal(await closed, true)
})
