/** Countersign inside a program of each framework, beside the program's own pages. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { Hono } from 'hono'
import { createCountersign, type Options } from '../../src/index.ts'
import { programs, type StartProgram } from '../support/embedding-apps.ts'
import { openConnection } from '../support/raw-http.ts'
import { testSecret } from '../support/server.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** Starts the program with tim, and returns the origin that it serves. */
async function start(t: TestContext, program: StartProgram, options: Partial<Options>): Promise<string> {
  const countersign = await createCountersign(
    {
      secretKey: testSecret,
      databaseUrl: 'sqlite::memory:',
      passwordGrant: 'first-party',
      scopes: { me: 'Read your profile.' },
      ...options,
    },
    { log: silent },
  )
  t.after(countersign.close)
  await countersign.users.create({ username: 'tim', password: 'a password of tim' })
  return `http://127.0.0.1:${await program(t, countersign)}`
}

function logIn(issuer: string, password: string): Promise<Response> {
  return fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ username: 'tim', password }) })
}

for (const [name, program] of Object.entries(programs)) {
  test(`${name}: an issuer with a path leaves all other paths to the program`, async (t) => {
    const origin = await start(t, program, { issuer: 'http://127.0.0.1:8000/auth' })
    assert.equal(await (await fetch(origin)).text(), 'home')
    const echo = await fetch(`${origin}/echo`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    assert.deepEqual(await echo.json(), { a: 1 })
    assert.equal((await fetch(`${origin}/token`)).status, 404)

    const token = await logIn(`${origin}/auth`, 'a password of tim')
    assert.equal(token.status, 200)
    const { access_token: accessToken } = (await token.json()) as { access_token: string }
    const me = await fetch(`${origin}/auth/users/me`, { headers: { authorization: `Bearer ${accessToken}` } })
    assert.equal(((await me.json()) as { username: string }).username, 'tim')
    assert.equal((await fetch(`${origin}/auth/healthz`, { method: 'HEAD' })).status, 200)
    assert.equal((await fetch(`${origin}/auth/login`)).headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal((await fetch(`${origin}/auth/nowhere`)).status, 404)
  })

  test(`${name}: the documents of an issuer with a path are below it and at the root (RFC 8414 §3.1)`, async (t) => {
    const issuer = 'http://127.0.0.1:8000/auth'
    const origin = await start(t, program, { issuer })
    const paths = ['/auth/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/auth']
    for (const path of paths) {
      const response = await fetch(`${origin}${path}`)
      assert.equal(response.status, 200, path)
      assert.equal(((await response.json()) as { issuer: string }).issuer, issuer)
    }
  })

  test(`${name}: an issuer without a path leaves the home page and unknown paths to the program`, async (t) => {
    const origin = await start(t, program, {})
    assert.equal(await (await fetch(origin)).text(), 'home')
    assert.equal((await logIn(origin, 'a password of tim')).status, 200)
    assert.equal((await fetch(`${origin}/nowhere`)).status, 404)
  })

  test(`${name}: failed logins are counted by the client's address`, async (t) => {
    const origin = await start(t, program, { addressFailureLimit: 2 })
    const statuses = []
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await logIn(origin, 'wrong')).status)
    assert.deepEqual(statuses, [401, 401, 429])
  })

  // Next.js passes only the first of the two.
  if (name.startsWith('Next')) continue

  test(`${name}: a doubled Host and a doubled Authorization are rejected`, async (t) => {
    const origin = await start(t, program, {})
    const port = Number(new URL(origin).port)
    const statusOf = async (lines: readonly string[]) => {
      const connection = openConnection(t, port)
      connection.write([...lines, 'connection: close', '', ''].join('\r\n'))
      return (await connection.readResponse()).status
    }
    assert.equal(await statusOf(['GET /healthz HTTP/1.1', 'host: a.example', 'host: b.example']), 400)
    const { access_token: token } = JSON.parse(await (await logIn(origin, 'a password of tim')).text())
    const bearer = `authorization: Bearer ${token}`
    assert.equal(await statusOf(['GET /users/me HTTP/1.1', 'host: a.example', bearer]), 200)
    assert.notEqual(await statusOf(['GET /users/me HTTP/1.1', 'host: a.example', bearer, bearer]), 200)
  })
}

test("Hono's own mount passes no address: failed logins are counted by account, not all together", async (t) => {
  const countersign = await createCountersign(
    { secretKey: testSecret, databaseUrl: 'sqlite::memory:', passwordGrant: 'first-party', addressFailureLimit: 2 },
    { log: silent },
  )
  t.after(countersign.close)
  const app = new Hono().mount('/', countersign.fetch)
  const statuses = []
  for (let attempt = 0; attempt < 5; attempt++) {
    const body = new URLSearchParams({ username: `user${attempt}`, password: 'wrong' })
    const bindings = { incoming: { socket: { remoteAddress: '192.0.2.1' } } }
    statuses.push((await app.request('/token', { method: 'POST', body }, bindings)).status)
  }
  assert.deepEqual(statuses, [401, 401, 401, 401, 401])
})

test('a parser of bodies before Countersign is an error of the program, and the log names the fix', async (t) => {
  const { default: express } = await import('express')
  const { authorizationServer } = await import('../../src/adapters/express.ts')
  const errors: object[] = []
  const countersign = await createCountersign(
    { secretKey: testSecret, databaseUrl: 'sqlite::memory:', passwordGrant: 'first-party' },
    { log: { ...silent, error: (facts) => errors.push(facts) } },
  )
  t.after(countersign.close)
  const app = express().use(express.urlencoded()).use(authorizationServer(countersign))
  const server = app.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  assert.equal((await logIn(`http://127.0.0.1:${port}`, 'x')).status, 500)
  assert.match(String((errors[0] as { err: unknown }).err), /add Countersign before parsers of bodies/)
})
