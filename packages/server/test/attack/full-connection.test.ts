/** What a client may do while many of its requests wait on a connection, which is not read meanwhile. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '../support/accounts.ts'
import { openHeldBack, serveAnother, slow, watchSockets } from '../support/held-back.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import { startServer } from '../support/server.ts'
import { post } from '../support/smuggling.ts'

const { server } = await startServer({ after })

/** All of it is read at once. */
const waiting = 150
const others = requestText('GET /nowhere').repeat(waiting)
const login = 'grant_type=client_credentials'
const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': login.length }

/** What follows the others, in pieces that are sent one after another, and the responses to it. */
const followers: readonly (readonly [what: string, pieces: readonly string[], statuses: readonly number[]])[] = [
  ['an upgrade', [requestText('GET /nowhere', { connection: 'Upgrade', upgrade: 'websocket' })], [404]],
  ['CONNECT', ['CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n', 'and more'], [405]],
  ['a header without a name', [`GET /nowhere HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n`], [400]],
  ['a length beside chunks', [`${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`, '0\r\n\r\n'], [400]],
  ['a body in pieces', [requestText('POST /token', form), login.slice(0, 9), login.slice(9)], [401]],
  ['a body that is expected', [requestText('POST /token', { ...form, expect: '100-continue' }), login], [100, 401]],
  ['HTTP/1.0', ['GET /nowhere HTTP/1.0\r\n\r\n', slow], [404]],
]

for (const [what, pieces, statuses] of followers) {
  for (const isReadAtOnce of [true, false]) {
    const when = isReadAtOnce ? 'read together with many requests' : 'sent after many requests'
    test(`Q2 ${what}, ${when} that wait, is answered after them`, async (t) => {
      const { port, answer } = await openHeldBack(t, server.app)
      const connection = openConnection(t, port)
      const [first = '', ...rest] = pieces
      connection.write(isReadAtOnce ? slow + others + first : slow + others)
      await serveAnother(t, port)
      if (!isReadAtOnce) connection.write(first)
      for (const piece of rest) {
        await serveAnother(t, port)
        connection.write(piece)
      }
      answer()
      const expected = [200, ...Array.from({ length: waiting }, () => 404), ...statuses]
      for (const status of expected) assert.equal((await connection.readResponse()).status, status)
    })
  }
}

for (const [what, leave] of [
  ['closes its side of', 'end'],
  ['resets', 'reset'],
] as const) {
  test(`Q2 a client that ${what} a connection on which many requests wait leaves nothing behind`, async (t) => {
    const sockets = watchSockets(t)
    const { port, answer, handled } = await openHeldBack(t, server.app)
    const connection = openConnection(t, port, { isHalfOpen: true })
    connection.write(slow + others)
    await serveAnother(t, port)
    connection[leave]()
    await serveAnother(t, port)
    answer()
    await connection.closed
    const [socket] = sockets.keys()
    await eventually(() => socket?.destroyed === true)
    // With a reset, at most what was written before the system said so.
    assert.ok(handled.length <= waiting + 6)
    await serveAnother(t, port)
  })
}

test('Q2 while very many requests wait in all, a connection on which many of them wait is closed, and others are served', async (t) => {
  const sockets = watchSockets(t)
  const { port, answer, handled } = await openHeldBack(t, server.app)
  const many = requestText('GET /nowhere').repeat(1000)
  const greedy = Array.from({ length: 15 }, () => openConnection(t, port))
  for (const connection of greedy) {
    connection.write(slow + many)
    await serveAnother(t, port)
  }
  const modest = openConnection(t, port)
  modest.write(slow + requestText('GET /nowhere').repeat(5))
  await serveAnother(t, port)
  const seen = [...sockets].filter(([, requests]) => requests > 2)
  assert.deepEqual(
    seen.map(([socket, requests]) => [socket.destroyed, requests]),
    [
      ...Array.from({ length: 10 }, () => [false, 1001]),
      // The one in progress, those that may wait at any time, and the one that is too many.
      ...Array.from({ length: 5 }, () => [true, 12]),
      [false, 6],
    ],
  )
  for (const connection of greedy.slice(10)) assert.equal(await connection.closed, '')
  for (const connection of greedy) connection.reset()
  answer()
  for (const status of [200, 404, 404, 404, 404, 404]) assert.equal((await modest.readResponse()).status, status)
  await eventually(() => seen.slice(0, 10).every(([socket]) => socket.destroyed))
  // There is room again.
  const before = handled.length
  openConnection(t, port).write(many)
  await eventually(() => handled.length === before + 1000)
})

test('Q2 a client that sends a thousand requests at once does not keep others waiting until all are handled', async (t) => {
  const { port, handled } = await openHeldBack(t, server.app)
  const other = openConnection(t, port)
  other.write(requestText('GET /readyz'))
  await other.readResponse()
  const connection = openConnection(t, port)
  const count = 1500
  connection.write(requestText('GET /nowhere').repeat(count))
  await connection.opened
  other.write(requestText('GET /readyz'))
  await other.readResponse()
  assert.ok(handled.length < count, `${handled.length} were handled before`)
  for (let answered = 0; answered < count; answered++) assert.equal((await connection.readResponse()).status, 404)
})
