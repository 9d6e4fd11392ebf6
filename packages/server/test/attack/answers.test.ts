/** What every answer of the token endpoint carries, whatever was sent: A24 and A25 of the security cases (RFC 6749 §5.1, §5.2). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import type { TestServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const right = { username: 'tim', password: 'tim1234' }
const marker = 'hOsTiLe'

const server = await alsoOverSocket({ after }, await startPasswordGrantServer({ after }))

const answers: readonly (readonly [status: number, title: string, ask: (server: TestServer) => Promise<Response>])[] = [
  [200, 'a token', ({ post }) => post('/token', right)],
  [400, 'a missing parameter', ({ post }) => post('/token', '')],
  [400, 'an unsupported grant', ({ post }) => post('/token', { ...right, grant_type: 'x' })],
  [400, 'an unknown scope', ({ post }) => post('/token', { ...right, scope: 'x' })],
  [401, 'a wrong password', ({ post }) => post('/token', { ...right, password: 'x' })],
  [401, 'an unknown client', ({ post }) => post('/token', { ...right, client_id: 'x' })],
  [404, 'another path', ({ post }) => post('/token/x', right)],
  [405, 'another method', ({ get }) => get('/token')],
  [413, 'too large a body', ({ post }) => post('/token', 'a'.repeat(65_537))],
  [415, 'an encoded body', ({ post }) => post('/token', right, { 'content-encoding': 'gzip' })],
]

for (const [status, title, ask] of answers) {
  test(`A24 ${title} (${status}) is answered as JSON that is neither kept nor sniffed`, async () => {
    const response = await ask(server)
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
  test(`A25 error_description for ${name}=${JSON.stringify(value)} is plain text that echoes nothing`, async () => {
    const response = await server.post('/token', { username: 'nobody', password: 'x', [name]: value, [value]: value })
    const body = await response.text()
    assert.ok(response.status === 400 || response.status === 401)
    // RFC 6749 §5.2: error_description MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.
    assert.match(JSON.parse(body).error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.ok(!body.includes(marker))
    assert.ok(!JSON.stringify([...response.headers]).includes(marker))
  })
}
