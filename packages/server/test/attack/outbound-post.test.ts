/** What a client's back-channel logout URI can make this server do: N6 of the security cases. */
import assert from 'node:assert/strict'
import dns from 'node:dns'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { PostForm } from '../../src/environment.ts'
import { createPostForm } from '../../src/http/post-form.ts'
import { startRelyingParty } from '../support/relying-party.ts'

const development = createPostForm({ issuer: 'http://127.0.0.1:8000', allowPrivateLogoutAddresses: false })
const production = createPostForm({ issuer: 'https://login.example.com', allowPrivateLogoutAddresses: false })
const inPrivateNetwork = createPostForm({ issuer: 'https://login.example.com', allowPrivateLogoutAddresses: true })

const form = { logout_token: 'a token & more' }
/** Long enough that it is never reached. */
const patient = { timeoutMs: 60_000 }

/** A port of loopback that counts connections, and closes them at once. */
async function startPort(test: TestContext): Promise<{ readonly port: number; readonly connections: () => number }> {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, connections: () => connections }
}

test('a form is posted unchanged, and the status is returned', async (t) => {
  const party = await startRelyingParty(t, (response) => response.writeHead(204).end())
  assert.deepEqual(await development(`${party.origin}/told?of=logouts`, form, patient), { status: 204 })
  const [post] = party.received
  assert.equal(post?.path, '/told?of=logouts')
  assert.equal(post?.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(post?.headers.host, party.origin.slice('http://'.length))
  assert.equal(post?.form.get('logout_token'), 'a token & more')
})

test('a name with several addresses is posted to at the address that responds', async (t) => {
  const party = await startRelyingParty(t)
  const { status } = await development(party.origin.replace('127.0.0.1', 'localhost'), form, patient)
  assert.equal(status, 200)
})

test('N6, L2 the address that was checked is connected to: the name is not looked up again', async (t) => {
  const party = await startRelyingParty(t)
  // node:http would call it to connect.
  const lookup = t.mock.method(dns, 'lookup', () => {
    throw new Error('looked up again')
  })
  const { status } = await development(party.origin.replace('127.0.0.1', 'localhost'), form, patient)
  assert.deepEqual([status, lookup.mock.callCount()], [200, 0])
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`N6, L4 a redirect (${status}) is not followed`, async (t) => {
    const victim = await startRelyingParty(t)
    const party = await startRelyingParty(t, (response) =>
      response.writeHead(status, { location: `${victim.origin}/` }).end(),
    )
    assert.deepEqual(await development(party.origin, form, patient), { status })
    assert.deepEqual(victim.received, [])
  })
}

test('N6, L4 an endless response is cut off', async (t) => {
  const closed = Promise.withResolvers<void>()
  const pour = (response: ServerResponse) => {
    response.on('close', closed.resolve)
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
    }
    response.on('drain', more)
    response.on('error', () => {})
    more()
  }
  const party = await startRelyingParty(t, pour)
  assert.deepEqual(await development(party.origin, form, patient), { status: 200 })
  await closed.promise
})

const slow: readonly [what: string, respond: (response: ServerResponse) => void][] = [
  ['that never responds', () => {}],
  ['that sends only informational responses', (response) => response.writeProcessing()],
]
for (const [what, respond] of slow) {
  test(`N6, L4 a server ${what} is given up after the timeout`, async (t) => {
    const party = await startRelyingParty(t, respond)
    await assert.rejects(development(party.origin, form, { timeoutMs: 50 }), /aborted|timeout/i)
  })
}

test('N6 a body that stays open takes no longer than the timeout', async (t) => {
  const party = await startRelyingParty(t, (response) => {
    response.writeHead(200).write('never ended')
  })
  assert.deepEqual(await development(party.origin, form, { timeoutMs: 3000 }), { status: 200 })
})

test('N6 a server that is down is an error', async (t) => {
  const { port } = await startPort(t)
  await assert.rejects(development(`http://127.0.0.1:${port}/`, form, patient), /socket hang up|ECONNRESET/)
  await assert.rejects(development('http://127.0.0.1:1/', form, patient), /ECONNREFUSED/)
})

const rejections: readonly [name: string, postForm: PostForm, addresses: (port: number) => readonly string[]][] = [
  [
    'an https issuer posts only over https',
    production,
    (port) => [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, 'http://example.com/'],
  ],
  [
    'an https issuer posts only to public addresses',
    production,
    (port) => [
      `https://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
      `https://2130706433:${port}/`,
      `https://0x7f.1:${port}/`,
      `https://0:${port}/`,
      `https://[::1]:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
      'https://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data/',
      'https://[fd00:ec2::254]/',
    ],
  ],
  [
    'an issuer in a private network posts over https, and never to the metadata service of a cloud',
    inPrivateNetwork,
    (port) => [`http://127.0.0.1:${port}/`, 'https://169.254.169.254/', 'https://100.100.100.200/', 'https://0.0.0.0/'],
  ],
  [
    'an issuer in development posts over http only to loopback',
    development,
    () => ['http://10.0.0.1/', 'http://169.254.169.254/', 'http://0.0.0.0/', 'http://1.1.1.1/'],
  ],
]
for (const [name, postForm, addresses] of rejections) {
  test(`N6, L2 ${name}`, async (t) => {
    const { port, connections } = await startPort(t)
    for (const address of addresses(port)) {
      await assert.rejects(postForm(address, form, patient), /is not allowed|has no allowed address/, address)
    }
    assert.equal(connections(), 0)
  })
}

test('N6 in a private network, a client in the same network is notified over https', async (t) => {
  const { port, connections } = await startPort(t)
  // It speaks no TLS: only the connection counts here.
  await assert.rejects(inPrivateNetwork(`https://127.0.0.1:${port}/`, form, patient), /disconnected|ECONNRESET|hang up/)
  assert.equal(connections(), 1)
})
