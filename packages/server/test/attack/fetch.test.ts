/** Malformed requests through `fetch`: what the wire allows is rejected whatever framework the server is mounted in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../support/server.ts'

const origin = 'http://127.0.0.1:8000'

const malformed: readonly {
  what: string
  path?: string
  headers?: Record<string, string>
  status: number
  reason: string
}[] = [
  { what: 'two Host headers', headers: { host: 'a.example, b.example' }, status: 400, reason: 'host_malformed' },
  { what: 'a Host with a path', headers: { host: 'a.example/x' }, status: 400, reason: 'host_malformed' },
  { what: 'two Origin headers', headers: { origin: 'https://a, https://b' }, status: 400, reason: 'header_repeated' },
  { what: 'two proofs', headers: { dpop: 'a.b.c, d.e.f' }, status: 400, reason: 'header_repeated' },
  {
    what: 'an unknown transfer coding',
    headers: { 'transfer-encoding': 'gzip, chunked' },
    status: 400,
    reason: 'transfer_coding_unsupported',
  },
  {
    what: 'a length and chunks',
    headers: { 'transfer-encoding': 'chunked', 'content-length': '5' },
    status: 400,
    reason: 'header_repeated',
  },
  { what: 'a length that is no number', headers: { 'content-length': '1e1' }, status: 400, reason: 'http_malformed' },
  { what: 'a very long target', path: `/?${'a'.repeat(20_000)}`, status: 414, reason: 'target_too_long' },
  { what: 'very long headers', headers: { 'x-long': 'a'.repeat(40_000) }, status: 431, reason: 'headers_too_large' },
  { what: 'a backslash in the path', path: '/%5c..\\token', status: 404, reason: 'route_unknown' },
]

for (const { what, path = '/healthz', headers = {}, status, reason } of malformed) {
  test(`${what}: ${status} ${reason}`, async (t) => {
    const { server, log } = await startServer(t)
    const response = await server.fetch(new Request(`${origin}${path}`, { headers }))
    assert.equal(response.status, status)
    assert.ok(response.headers.get('x-request-id'))
    assert.equal(log.at(-1)?.facts['reason'], reason)
  })
}

test('the bindings of a framework in place of the connection are no address', async (t) => {
  const addresses: string[] = []
  const { server } = await startServer(t, {
    passwordGrant: 'first-party',
    onEvent: (event) => {
      if (event.type === 'login_failed') addresses.push(event.address)
    },
  })
  const bindings = [
    { incoming: {}, outgoing: {} },
    { address: 5 },
    { address: 'somewhere' },
    { address: '192.0.2.1:443' },
    'x',
    7,
    null,
    { address: '192.0.2.1' },
  ]
  for (const [number, binding] of bindings.entries()) {
    const body = new URLSearchParams({ username: `user${number}`, password: 'wrong' })
    const request = new Request(`${origin}/token`, { method: 'POST', body })
    assert.equal((await server.fetch(request, binding as never)).status, 401)
  }
  assert.deepEqual(addresses, ['', '', '', '', '', '', '', '192.0.2.1'])
})

test('a body that something else has read is an error of the program: 500, and the log says what to do', async (t) => {
  const { server, log } = await startServer(t)
  const request = new Request(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ username: 'tim' }) })
  await request.text()
  const response = await server.fetch(request)
  assert.equal(response.status, 500)
  assert.match(String(log.at(-1)?.facts['err']), /add Countersign before parsers of bodies/)
})

test('a body that is longer than its Content-Length says is limited', async (t) => {
  const { server } = await startServer(t)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '5' }
  const request = new Request(`${origin}/token`, { method: 'POST', headers, body: 'a'.repeat(100_000) })
  assert.equal((await server.fetch(request)).status, 413)
})
