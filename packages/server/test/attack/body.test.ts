/** Bodies that are too large, incomplete or encoded, as bytes on a socket: A8, A21, A22 of the security cases. For slow ones see slow-client.test.ts. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { ask, flood, openConnection, requestText } from '../support/raw-http.ts'
import { openPort } from '../support/server.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const mebibyte = 1024 * 1024

const server = await startPasswordGrantServer({ after })
const { port, origin } = await openPort({ after }, server)

const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 'a'), Buffer.from('\r\n')])

const endless = 10_000 * mebibyte
const floods: readonly {
  readonly title: string
  readonly requestLine: string
  readonly length?: number
  readonly status: number
}[] = [
  { title: 'of chunks', requestLine: 'POST /token', status: 413 },
  { title: 'with a Content-Length', requestLine: 'POST /token', length: endless, status: 413 },
  { title: 'to a route that takes no body', requestLine: 'GET /users/me', status: 401 },
  { title: 'to an unknown path', requestLine: 'POST /nowhere', length: endless, status: 404 },
  { title: 'of a request that is rejected unread', requestLine: 'POST http://x/', status: 400 },
]

for (const { title, requestLine, length, status } of floods) {
  test(`A8 10 GB ${title}: the server responds with ${status} and closes while the client still sends, and keeps nothing`, async () => {
    const before = process.memoryUsage()
    const framing = length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }
    const { sent, received } = await flood(port, requestText(requestLine, { ...form, ...framing }), chunk)
    const after = process.memoryUsage()
    assert.ok(received.startsWith(`HTTP/1.1 ${status} `))
    // The sent bytes went into the buffers of the two sockets; the rest of the 10 GB never left the client.
    assert.ok(sent < 32 * mebibyte, `${sent} bytes were accepted`)
    assert.ok(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed < 64 * mebibyte)
  })
}

test('A8 a body announced as too large gets 413 before its first byte arrives', async (t) => {
  const connection = openConnection(t, port)
  connection.write(requestText('POST /token', { ...form, 'content-length': mebibyte }))
  const response = await connection.readResponse()
  assert.equal(response.status, 413)
  assert.equal(response.headers.get('connection'), 'close')
  assert.equal(await connection.closed, '')
})

test('A8 1 MiB in chunks gets 413 as soon as it exceeds the limit', async (t) => {
  const connection = openConnection(t, port)
  connection.write(requestText('POST /token', { ...form, 'transfer-encoding': 'chunked' }))
  connection.write(`10000\r\n${'a'.repeat(0x10000)}\r\n`)
  connection.write('1\r\na\r\n')
  const response = await connection.readResponse()
  assert.equal(response.status, 413)
  assert.equal(JSON.parse(response.body).error, 'request_too_large')
  assert.equal(await connection.closed, '')
})

test('A8 a body of exactly the limit is read', async (t) => {
  const login = 'username=tim&password=tim1234&padding='
  const body = login.padEnd(64 * 1024, 'a')
  assert.equal(
    (await ask(t, port, requestText('POST /token', { ...form, 'content-length': body.length }, body))).status,
    200,
  )
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  assert.equal(
    (await ask(t, port, requestText('POST /token', { ...form, 'transfer-encoding': 'chunked' }, chunked))).status,
    200,
  )
})

test('A21 a client that disconnects in the middle of its body does no harm to the server', async (t) => {
  for (let client = 0; client < 20; client++) {
    const leaving = openConnection(t, port)
    leaving.write(requestText('POST /token', { ...form, 'content-length': 1000 }, 'username=tim'))
    leaving.reset()
    await leaving.closed
  }
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  assert.deepEqual(
    server.log.filter((line) => line.level === 'error'),
    [],
  )
})

const bomb = gzipSync(Buffer.alloc(32 * mebibyte, 'a'))
const encodings: readonly (readonly [encoding: string, bytes: Buffer])[] = [
  ['gzip', gzipSync('username=tim&password=tim1234')],
  ['gzip', bomb],
  ['GZIP', gzipSync('username=tim&password=tim1234')],
  ['identity, gzip', gzipSync('username=tim&password=tim1234')],
  ['br', Buffer.from('username=tim&password=tim1234')],
  ['', Buffer.from('username=tim&password=tim1234')],
]

for (const [encoding, bytes] of encodings) {
  test(`A22 Content-Encoding "${encoding}" of ${bytes.length} bytes gets 415 and is not decompressed`, async (t) => {
    const before = process.memoryUsage()
    const headers = { ...form, 'content-encoding': encoding, 'content-length': bytes.length }
    const response = await ask(t, port, requestText('POST /token', headers, bytes.toString('latin1')))
    assert.equal(response.status, 415)
    assert.ok(process.memoryUsage().arrayBuffers - before.arrayBuffers < 16 * mebibyte)
  })
}

test('A22 a compressing Transfer-Encoding is rejected, because the body would be read without decompression', async (t) => {
  const bytes = gzipSync('username=tim&password=tim1234').toString('latin1')
  const body = `${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`
  const response = await ask(
    t,
    port,
    requestText('POST /token', { ...form, 'transfer-encoding': 'gzip, chunked' }, body),
  )
  assert.equal(response.status, 400)
})

test('A22 identity is accepted, because it is no encoding', async () => {
  const login = { username: 'tim', password: 'tim1234' }
  assert.equal((await server.post('/token', login, { 'content-encoding': 'Identity' })).status, 200)
})
