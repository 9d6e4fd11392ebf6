/** Several requests on one connection: each response is that of its request (RFC 9112 §9.3.2), whatever follows. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { App } from '../../src/http/app.ts'
import { openHeldBack, serveAnother, slow, watchSockets } from '../support/held-back.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import { startServer } from '../support/server.ts'

const { server } = await startServer({ after })

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
      const { port, answer } = await openHeldBack(t, server.app)
      const connection = openConnection(t, port)
      connection.write(first)
      connection.write(bytes)
      await serveAnother(t, port)
      answer()
      const statuses = [(await connection.readResponse()).status]
      if (count === 'two requests') statuses.push((await connection.readResponse()).status)
      statuses.push((await connection.readResponse()).status)
      assert.deepEqual(statuses, count === 'two requests' ? [200, 404, status] : [200, status])
      assert.equal(await connection.closed, '')
    })
  }
}

test('what follows a request that closes the connection gets no response', async (t) => {
  const { port, answer } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  connection.write(`${requestText('GET /healthz', { connection: 'close' })}GARBAGE\r\n\r\n`)
  answer()
  assert.equal((await connection.readResponse()).status, 200)
  assert.equal(await connection.closed, '')
})

test('Q9 a reset after CONNECT, while the response before it is made, ends no process', async (t) => {
  const { port, answer } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  connection.write(slow)
  connection.write('CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n')
  await serveAnother(t, port)
  connection.reset()
  await serveAnother(t, port)
  answer()
  await serveAnother(t, port)
})

test('a request is handled when the one before it on the connection is answered: one connection has one place in the line', async (t) => {
  const { port, answer, handled } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  connection.write(slow + requestText('GET /nowhere').repeat(100))
  await serveAnother(t, port)
  assert.deepEqual(handled, ['/healthz', '/readyz', '/readyz'])
  answer()
  assert.equal((await connection.readResponse()).status, 200)
  for (let count = 0; count < 100; count++) assert.equal((await connection.readResponse()).status, 404)
  connection.write(requestText('GET /readyz'))
  assert.equal((await connection.readResponse()).status, 200)
})

test('many more requests than may wait on a connection are handled one by one, and all are answered', async (t) => {
  let arrived = 0
  const counting: App = {
    ...server.app,
    refuse: (target) => {
      arrived++
      return server.app.refuse(target)
    },
  }
  const { port, answer } = await openHeldBack(t, counting)
  const connection = openConnection(t, port)
  const count = 20_000
  connection.write(slow + requestText('GET /nowhere').repeat(count))
  await serveAnother(t, port)
  assert.equal(arrived, 3)
  answer()
  assert.equal((await connection.readResponse()).status, 200)
  for (let answered = 0; answered < count; answered++) assert.equal((await connection.readResponse()).status, 404)
  assert.equal(arrived, 3 + count)
})

test('Q2 a connection on which a request waits is not read: what its client sends further stays with the client', async (t) => {
  const sockets = watchSockets(t)
  const { port, answer } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  const large = requestText('GET /nowhere', { 'x-large': 'x'.repeat(1000) })
  connection.write(slow + large.repeat(500))
  for (let round = 0; round < 5; round++) await serveAnother(t, port)
  const readAtOnce = 65_536
  const [socket] = sockets.keys()
  assert.ok((socket?.bytesRead ?? Number.POSITIVE_INFINITY) <= slow.length + readAtOnce)
  answer()
  assert.equal((await connection.readResponse()).status, 200)
  for (let answered = 0; answered < 500; answered++) assert.equal((await connection.readResponse()).status, 404)
  connection.write(requestText('GET /readyz'))
  assert.equal((await connection.readResponse()).status, 200)
})

test('what follows a request whose response ends the connection is not handled', async (t) => {
  const { port, answer, handled } = await openHeldBack(t, server.app)
  const connection = openConnection(t, port)
  connection.write(slow + requestText('GET /nowhere', { host: 'no host' }) + requestText('GET /nowhere').repeat(2))
  answer()
  assert.equal((await connection.readResponse()).status, 200)
  assert.equal((await connection.readResponse()).status, 400)
  assert.equal(await connection.closed, '')
  assert.deepEqual(handled, ['/healthz'])
})
