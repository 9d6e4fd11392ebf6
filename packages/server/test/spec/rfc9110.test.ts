/** RFC 9110, HTTP semantics: methods, statuses and headers of every route. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { routesOf } from '../../src/routes.ts'
import { authorizeUrl, issuer, logIn, newPkce, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { isLoggedIn, logoutUrl } from '../support/logout.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { ask, requestText } from '../support/raw-http.ts'
import { countRows } from '../support/rows.ts'
import { openPort, startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'
import { aUser } from '../support/users.ts'

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after })

const login = { username: 'tim', password: 'tim1234' }

test('§9.3.2 HEAD of every safe route responds as GET does, without the content', async (t) => {
  const server = await startTutorialServer(t)
  const { port } = await openPort(t, server)
  const paths = routesOf(server.server.context.config).flatMap(({ method, path, changesState }) =>
    method === 'GET' && !changesState ? [path] : [],
  )
  assert.ok(paths.length > 10)
  for (const path of paths) {
    const head = await ask(t, port, requestText(`HEAD ${path}`))
    assert.equal(head.body, '')
    // The live trace never ends, so it has no length to compare.
    if (path === '/_trace/events') continue
    const get = await ask(t, port, requestText(`GET ${path}`))
    assert.equal(head.status, get.status)
    assert.deepEqual([...head.headers.keys()], [...get.headers.keys()])
    // The page lists the requests before it, so its length differs from one request to the next.
    if (path !== '/_trace') assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
  }
})

test('§15.5.6 every route rejects other methods with 405, and lists its own in Allow', async (t) => {
  const { server } = await startTutorialServer(t)
  const routes = routesOf(server.context.config)
  for (const path of new Set(routes.map((route) => route.path))) {
    const own = routes
      .filter((route) => route.path === path)
      .flatMap(({ method, changesState }) => (method === 'GET' && !changesState ? ['GET', 'HEAD'] : [method]))
    const allow = own.join(', ')
    // What is public answers any preflight.
    const isPublic = routes.some((route) => route.path === path && route.cors === 'any')
    const others = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', ...(isPublic ? [] : ['OPTIONS'])]
    for (const method of others.filter((other) => !own.includes(other))) {
      const response = await server.fetch(new Request(`http://127.0.0.1:8000${path}`, { method }))
      assert.equal(response.status, 405)
      assert.equal(response.headers.get('allow'), allow)
    }
  }
})

for (const database of databaseKinds) {
  test(`${database}: §9.2.1 HEAD issues no code and ends no session: it is 405 where GET changes state`, async (t) => {
    const server = await startServer(t, { database, clients: [webApp] })
    const agent = userAgentOf(server)
    const { id_token: hint } = await logIn(server, webApp, {}, agent)
    const before = await countRows(server.databaseUrl, 'authorization_codes')
    for (const path of [authorizeUrl(requestOf(webApp, newPkce())), logoutUrl({ id_token_hint: hint })]) {
      const response = await agent.send(new Request(`${issuer}${path}`, { method: 'HEAD' }))
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, POST'])
    }
    assert.equal(await countRows(server.databaseUrl, 'authorization_codes'), before)
    assert.equal(await isLoggedIn(agent), true)
  })
}

test('§15.5.5 an unknown path is 404, whatever the method', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'constructor', '__proto__']) {
    assert.equal((await server.server.fetch(new Request('http://127.0.0.1:8000/nowhere', { method }))).status, 404)
  }
})

test('§15.4.8 /token/ redirects a client to /token with 307, so that its form is sent again', async (t) => {
  const server = await startPasswordGrantServer(t)
  const { origin } = await openPort(t, server)
  const first = await server.post('/token/', login)
  assert.equal(first.status, 307)
  assert.equal(first.headers.get('location'), '/token')
  const followed = await fetch(`${origin}/token/`, { method: 'POST', body: new URLSearchParams(login) })
  assert.equal(followed.status, 200)
  assert.ok(followed.redirected)
})

test('§11.6.1 every 401 has a challenge', async (t) => {
  const { get, post } = await startPasswordGrantServer(t)
  const rejections = [
    await get('/users/me'),
    await get('/users/me', { authorization: 'Bearer x' }),
    await get('/users/me', { authorization: 'Basic Og==' }),
    await post('/token', { ...login, password: 'wrong' }),
    await post('/token', { ...login, client_id: 'nobody' }),
    await post('/token', login, { authorization: 'Basic' }),
  ]
  for (const response of rejections) {
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /^(Bearer|Basic)\b/)
  }
})

test('§10.2.3 a client that must wait gets the number of seconds', async (t) => {
  const { post } = await startPasswordGrantServer(t, { addressFailureLimit: 1, failureWindow: 60 })
  await post('/token', { ...login, password: 'wrong' })
  const response = await post('/token', { username: 'alice', password: 'secret' })
  assert.equal(response.status, 429)
  assert.equal(response.headers.get('retry-after'), '60')
})

test('§8.6 a response over a socket has its exact length, also beyond ASCII', async (t) => {
  const server = await startServer(t)
  const { context } = server.server
  await context.store.users.insert([aUser('zoe', { username: 'Zoë 😀', fullName: '名前' })])
  const token = await server.accessToken('zoe')
  const { port } = await openPort(t, server)
  const response = await ask(t, port, requestText('GET /users/me', { authorization: `Bearer ${token}` }))
  assert.equal(Number(response.headers.get('content-length')), response.body.length)
  assert.equal(JSON.parse(Buffer.from(response.body, 'latin1').toString('utf8')).full_name, '名前')
})

test('§9.3.1 a body with GET is not read, and is not taken for the next request', async (t) => {
  const { port } = await openPort(t, server)
  const body = requestText('GET /healthz')
  const response = await ask(t, port, requestText('GET /users/me', { 'content-length': body.length }, body))
  assert.equal(response.status, 401)
})

test('§6.6.1 every response over a socket has a Date', async (t) => {
  const { port } = await openPort(t, server)
  for (const requestLine of ['GET /healthz', 'GET /nowhere', 'POST /token']) {
    const { headers } = await ask(t, port, requestText(requestLine))
    assert.match(headers.get('date') ?? '', / GMT$/)
  }
})
