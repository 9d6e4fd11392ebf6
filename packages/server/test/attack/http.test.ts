/** HTTP itself under attack, as bytes on a socket: group Q of the security cases (RFC 9110, RFC 9112). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ask, openConnection, requestText } from '../support/raw-http.ts'
import { openPort } from '../support/server.ts'
import { emptyChunks, host, login, post, smuggling } from '../support/smuggling.ts'
import { startTutorialServer } from '../support/tutorial.ts'

/** The server with all its routes. */
const server = await startTutorialServer({ after })
const { port } = await openPort({ after }, server)

/** Each gets a 400 in our own format and the connection is closed: the bytes after it are never parsed as a request. */
const rejected: readonly (readonly [title: string, bytes: string])[] = [
  ...smuggling,
  ['Q5 two equal Host', `GET /healthz HTTP/1.1\r\n${host}${host}\r\n`],
  ['Q5 two different Host', `GET /healthz HTTP/1.1\r\n${host}host: y\r\n\r\n`],
  ['Q5 no Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
  ['Q5 no Host beside a body', `POST /token HTTP/1.1\r\ncontent-length: 29\r\n\r\n${login}`],
  ...['', 'a@b', 'a/b', 'a b', 'a,b', 'a:b', 'a:1:2', '[::1', '::1', '[::1%eth0]', 'a\\b', 'a?b', '\u00e9', '%61'].map(
    (value) => [`Q5 Host "${value}"`, `GET /healthz HTTP/1.1\r\nhost: ${value}\r\n\r\n`] as const,
  ),
  ['Q5 an absolute target', `GET http://x/healthz HTTP/1.1\r\n${host}\r\n`],
  ['Q5 an absolute target of another host', `GET http://evil.example/healthz HTTP/1.1\r\n${host}\r\n`],
  [
    'Q6 two Authorization',
    `GET /users/me HTTP/1.1\r\n${host}authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n`,
  ],
  ['Q6 two Content-Type', `${post}Content-Type: text/plain\r\ncontent-length: 29\r\n\r\n${login}`],
  ['Q6 two DPoP', `GET /users/me HTTP/1.1\r\n${host}dpop: a\r\nDPoP: b\r\n\r\n`],
  ['Q6 two Origin', `GET /healthz HTTP/1.1\r\n${host}origin: a\r\norigin: b\r\n\r\n`],
  ['Q9 an unknown method', `FOO /token HTTP/1.1\r\n${host}\r\n`],
  ['Q9 a method in lower case', `get /healthz HTTP/1.1\r\n${host}\r\n`],
  ['Q9 OPTIONS *', `OPTIONS * HTTP/1.1\r\n${host}\r\n`],
  ['Q12 a parent segment', requestText('POST /x/../token')],
  ['Q12 a segment of one dot', requestText('GET /./healthz')],
  ['Q12 a backslash', requestText('GET /\\healthz')],
  ['Q12 a fragment', requestText('GET /healthz#x')],
  ['Q12 a control character', `GET /healthz\x01 HTTP/1.1\r\n${host}\r\n`],
  ['Q12 a byte beyond ASCII', `GET /healthz\xff HTTP/1.1\r\n${host}\r\n`],
  ['Q13 traversal out of the assets', requestText('GET /docs/../../package.json')],
  ['Q14 the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['Q14 a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
]

for (const [title, bytes] of rejected) {
  test(`${title} gets 400, and nothing more is read from the connection`, async (t) => {
    const before = server.log.length
    const connection = openConnection(t, port)
    connection.write(`${bytes}${requestText('GET /healthz')}`)
    const response = await connection.readResponse()
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(response.body).error, 'invalid_request')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(response.headers.get('connection'), 'close')
    assert.ok(!(await connection.closed).includes('HTTP/1.1'))
    const lines = server.log.slice(before)
    assert.ok(lines.every(({ level }) => level === 'info'))
    const id = response.headers.get('x-request-id')
    assert.equal(lines.filter(({ facts }) => facts['requestId'] === id).length, 1)
  })
}

/** Each gets this status, and the connection stays open. */
const keptOpen: readonly (readonly [title: string, status: number, bytes: string])[] = [
  [
    'Q4 a chunk extension in quotes',
    200,
    `${post}transfer-encoding: Chunked\r\n\r\n1d;a="b"\r\n${login}\r\n${emptyChunks}`,
  ],
  ['Q5 an IPv6 Host', 200, `GET /healthz HTTP/1.1\r\nhost: [::1]:8000\r\n\r\n`],
  ['Q5 a Host with a port', 200, requestText('GET /healthz', { host: 'login.example.com:8443' })],
  ['Q6 two Cookie', 200, `GET /healthz HTTP/1.1\r\n${host}cookie: a=1\r\ncookie: b=2\r\n\r\n`],
  ...['TRACE', 'PROPFIND', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'SEARCH', 'HEAD', 'GET'].map(
    (method) => [`Q9 ${method} /token`, 405, requestText(`${method} /token`)] as const,
  ),
  ['Q9 TRACE of an unknown path', 404, requestText('TRACE /nowhere')],
  ...['x-http-method-override', 'x-http-method', 'x-method-override'].map(
    (name) => [`Q9 ${name}`, 405, requestText('GET /token', { [name]: 'POST' })] as const,
  ),
  ...[
    '//token',
    '/%74oken',
    '/token%2f',
    '/TOKEN',
    '/token;x',
    '/token%00',
    '/x/..;/token',
    '/%2e%2e/token',
    '/token//',
    '/%',
  ].map((path) => [`Q12 POST ${path}`, 404, requestText(`POST ${path}`)] as const),
  ...[
    '/users//me',
    '/users/me;x',
    '/%75sers/me',
    '/users/me%20',
    '/.well-known//jwks.json',
    '/_trace;/events',
    '/*',
    '/:id',
  ].map((path) => [`Q12 GET ${path}`, 404, requestText(`GET ${path}`)] as const),
  ...[
    '/.git',
    '/.git/config',
    '/.env',
    '/metrics',
    '/debug',
    '/docs/swagger-ui-bundle.js.map',
    '/docs/',
    '/package.json',
  ].map((path) => [`Q13 GET ${path}`, 404, requestText(`GET ${path}`)] as const),
  ...['/docs/%2e%2e/package.json', '/docs/..%2fpackage.json', '/docs/swagger-ui.css%00.js'].map(
    (path) => [`Q13 GET ${path}`, 404, requestText(`GET ${path}`)] as const,
  ),
  [
    'Q14 Upgrade: h2c',
    200,
    requestText('GET /healthz', {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABk',
    }),
  ],
  ['Q14 Upgrade: websocket', 401, requestText('GET /users/me', { connection: 'Upgrade', upgrade: 'websocket' })],
  [
    'Q14 Connection: DPoP, Authorization',
    401,
    requestText('GET /users/me', { connection: 'DPoP, Authorization', authorization: 'Bearer x' }),
  ],
  ['Q14 an unknown expectation', 200, requestText('GET /healthz', { expect: '200-maybe' })],
]

for (const [title, status, bytes] of keptOpen) {
  test(`${title} gets ${status} in our own format`, async (t) => {
    const connection = openConnection(t, port)
    connection.write(bytes)
    const response = await connection.readResponse({ isHead: bytes.startsWith('HEAD') })
    assert.equal(response.status, status)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    connection.write(requestText('GET /healthz'))
    assert.equal((await connection.readResponse()).status, 200)
  })
}

const closing: readonly (readonly [title: string, status: number, bytes: string])[] = [
  [
    'Q8 10 000 hops in X-Forwarded-For',
    431,
    requestText('GET /healthz', { 'x-forwarded-for': '1.1.1.1,'.repeat(10_000) }),
  ],
  ['Q9 CONNECT', 405, `CONNECT x:443 HTTP/1.1\r\n${host}\r\n`],
  ['Q9 CONNECT to a path', 405, `CONNECT /token HTTP/1.1\r\n${host}\r\n`],
  ['Q12 a path of 64 KiB', 414, requestText(`GET /${'a'.repeat(65_536)}`)],
  ['Q12 a path of 10 KiB', 414, requestText(`GET /${'a'.repeat(10_240)}`)],
  ['Q12 a query of 10 KiB', 414, requestText(`GET /healthz?${'a'.repeat(10_240)}`)],
  ['Q12 3000 headers', 431, `GET /healthz HTTP/1.1\r\n${host}${'x: y\r\n'.repeat(6000)}\r\n`],
]

for (const [title, status, bytes] of closing) {
  test(`${title} gets ${status} in our own format, and the connection is closed`, async (t) => {
    const connection = openConnection(t, port)
    connection.write(bytes)
    const response = await connection.readResponse()
    assert.equal(response.status, status)
    assert.equal(response.headers.get('content-type'), 'application/json')
    await connection.closed
  })
}

test('Q14 Expect: 100-continue before a body that is rejected ends in that rejection', async (t) => {
  const connection = openConnection(t, port)
  connection.write(`${post}expect: 100-continue\r\ncontent-length: 1048576\r\n\r\n`)
  const first = await connection.readResponse()
  assert.equal((first.status === 100 ? await connection.readResponse() : first).status, 413)
  await connection.closed
})

test('Q9 a peer that resets a connection after Node has handed it over does no harm to the server', async (t) => {
  for (let peer = 0; peer < 20; peer++) {
    const connection = openConnection(t, port)
    connection.write(peer % 2 ? `CONNECT x:443 HTTP/1.1\r\n${host}\r\nx` : '\0')
    if (peer % 4 > 1) await connection.readResponse()
    connection.reset()
    await connection.closed
  }
  assert.equal((await ask(t, port, requestText('GET /healthz'))).status, 200)
})
