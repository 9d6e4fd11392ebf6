/** What every response of the token endpoint contains, whatever the request was: A24 and A25 of the security cases (RFC 6749 §5.1, §5.2). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import type { TestServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const valid = { username: 'tim', password: 'tim1234' }
const marker = 'hOsTiLe'

const server = await alsoOverSocket({ after }, await startPasswordGrantServer({ after }))

const responses: readonly (readonly [
  status: number,
  title: string,
  send: (server: TestServer) => Promise<Response>,
])[] = [
  [200, 'a token', ({ post }) => post('/token', valid)],
  [400, 'a missing parameter', ({ post }) => post('/token', '')],
  [400, 'an unsupported grant', ({ post }) => post('/token', { ...valid, grant_type: 'x' })],
  [400, 'an unknown scope', ({ post }) => post('/token', { ...valid, scope: 'x' })],
  [401, 'a wrong password', ({ post }) => post('/token', { ...valid, password: 'x' })],
  [401, 'an unknown client', ({ post }) => post('/token', { ...valid, client_id: 'x' })],
  [404, 'another path', ({ post }) => post('/token/x', valid)],
  [405, 'another method', ({ get }) => get('/token')],
  [413, 'too large a body', ({ post }) => post('/token', 'a'.repeat(65_537))],
  [415, 'an encoded body', ({ post }) => post('/token', valid, { 'content-encoding': 'gzip' })],
]

for (const [status, title, send] of responses) {
  test(`A24 ${title} (${status}) gets a JSON response that is neither cached nor sniffed`, async () => {
    const response = await send(server)
    assert.equal(response.status, status)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(typeof JSON.parse(await response.text()), 'object')
  })
}

const hostileValues = [
  marker,
  `${marker}"\\`,
  `${marker}<script>alert(1)</script>`,
  `${marker}\r\nx: y`,
  `${marker}\u0000`,
  `${marker}\u001b[31m`,
  `${marker}é\u202e\ud83d\ude00`,
  `${marker}' or 1=1 --`,
  `\${jndi:ldap://${marker}}`,
  `%25${marker}%00`,
]
const hostileForms = ['username', 'grant_type', 'scope', 'client_id', 'unknown'].flatMap((name) =>
  hostileValues.map((value) => ({ name, value })),
)

for (const { name, value } of hostileForms) {
  test(`A25 error_description for ${name}=${JSON.stringify(value)} is plain text without any input`, async () => {
    const response = await server.post('/token', { username: 'nobody', password: 'x', [name]: value, [value]: value })
    const body = await response.text()
    assert.ok(response.status === 400 || response.status === 401)
    // RFC 6749 §5.2: error_description MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.
    assert.match(JSON.parse(body).error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.ok(!body.includes(marker))
    assert.ok(!JSON.stringify([...response.headers]).includes(marker))
  })
}
