import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import type { RecordedRequest } from '../../src/trace/recorder.ts'
import { databaseKinds } from '../support/databases.ts'
import { startTutorialServer } from '../support/tutorial.ts'

for (const database of databaseKinds) {
  test(`${database}: a rejection is stored with its reason and steps, under the request id of the response`, async (t) => {
    const { server, post } = await startTutorialServer(t, { database })
    const response = await post('/token', { username: 'tim', password: 'a wrong one' })
    await server.context.traces.flush()

    const row = await server.context.store.traces.find(response.headers.get('x-request-id') ?? '')
    assert.equal(row?.reason, 'password_mismatch')
    assert.equal(row?.status, 401)
    assert.deepEqual(
      row?.steps.map(({ name, outcome }) => `${name} ${outcome}`),
      [
        'read_form ok',
        'choose_grant ok',
        'authenticate_client ok',
        'admit_attempt ok',
        'get_user ok',
        'authenticate_user failed',
        'settle_attempt ok',
      ],
    )
  })

  test(`${database}: stored traces are bounded in number and in age`, async (t) => {
    const { server, clock } = await startTutorialServer(t, { database })
    const { traces } = server.context.store
    const rows = Array.from({ length: 20 }, (_, index) => ({
      requestId: `request ${index}`,
      method: 'GET',
      path: '/',
      status: 404,
      reason: 'route_unknown',
      steps: [],
      happenedAt: clock.now + index,
    }))
    await traces.insert(rows)
    while ((await traces.prune(clock.now + 5, { max: 10, maxUnrouted: 10 }, 5000)) > 0) {}
    assert.equal(await traces.find('request 4'), undefined)
    assert.equal(await traces.find('request 9'), undefined)
    assert.ok(await traces.find('request 10'))
    assert.ok(await traces.find('request 19'))
  })
}

test('traces and the log never contain a password, hash, token or secret', async (t) => {
  const { server, get, post, login, log } = await startTutorialServer(t)
  const recorded: RecordedRequest[] = []
  server.context.traces.watch({ show: (request) => recorded.push(request), end: () => {} })

  const token = await login('tim', 'tim1234')
  await get('/users/me', { authorization: `Bearer ${token}` })
  await get('/users/me', { authorization: `Bearer ${token.slice(0, -4)}AAAA` })
  await get('/users/me?access_token=in-the-query', { authorization: 'Basic dGltOnRpbTEyMzQ=' })
  await post('/token', { username: 'hunter2-typed-as-username', password: 'hunter2' })
  await post('/token', { username: 'tim', password: 'tim1234', client_id: 'app', client_secret: 'hush-hush' })
  await post('/token?password=tim1234', { username: 'tim' })

  const text = JSON.stringify(recorded) + JSON.stringify(log)
  for (const secret of [
    'tim1234',
    '$2b$',
    '$argon2',
    token,
    ...token.split('.'),
    'hunter2',
    'hush-hush',
    'in-the-query',
  ]) {
    assert.equal(text.includes(secret), false, `${secret} was recorded`)
  }
})

test('a flood of rejections is in the log, and the number of stored ones is bounded', async (t) => {
  const { server, get, log } = await startTutorialServer(t)
  const ids = []
  for (let request = 0; request < 700; request++) {
    ids.push((await get('/nowhere')).headers.get('x-request-id') ?? '')
  }
  await server.context.traces.flush()
  const dropped = log.filter((line) => 'dropped' in line.facts)
  const stored = await Promise.all(ids.map((id) => server.context.store.traces.find(id)))
  const lost = dropped.reduce((sum, line) => sum + Number(line.facts['dropped']), 0)
  assert.equal(stored.filter(Boolean).length + lost, 700)
})

test('a flood of unknown paths does not displace other rejections', async (t) => {
  const { server, clock } = await startTutorialServer(t)
  const { traces, store } = server.context
  const recorded = { method: 'GET', path: '/', happenedAt: clock.now, durationMs: 1, steps: [] }
  for (let request = 0; request < 600; request++) {
    traces.record({ ...recorded, requestId: `unknown ${request}`, status: 404, reason: 'route_unknown' })
  }
  traces.record({ ...recorded, requestId: 'wrong password', status: 401, reason: 'password_mismatch' })
  await traces.flush()
  assert.ok(await store.traces.find('unknown 0'))
  assert.equal(await store.traces.find('unknown 599'), undefined)
  assert.ok(await store.traces.find('wrong password'))
})

test('the live trace streams each request when its response is sent', async (t) => {
  const { server, get } = await startTutorialServer(t)
  const events = await get('/_trace/events')
  assert.equal(events.headers.get('content-type'), 'text/event-stream')
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = await reader?.read()
  assert.match(first?.value ?? '', /retry/)

  await get('/users/me?<script>')
  const event = await reader?.read()
  assert.match(event?.value ?? '', /^data: <li class="request failed">/)
  assert.match(event?.value ?? '', /token_missing/)

  server.context.traces.endWatches()
  assert.equal((await reader?.read())?.done, true)
})

test('the page shows recent requests without JavaScript, escaped', async (t) => {
  const { get } = await startTutorialServer(t)
  await get("/<img src=x onerror='alert(1)'>")
  const page = await (await get('/_trace')).text()
  assert.match(page, /route_unknown/)
  assert.equal(page.includes('<img'), false)
})

test('housekeeping removes traces after 7 days, and login-attempt windows that have ended', async (t) => {
  const { server, clock, get, post } = await startTutorialServer(t)
  const requestId = (await get('/nowhere')).headers.get('x-request-id') ?? ''
  await post('/token', { username: 'tim', password: 'wrong' })
  await server.context.traces.flush()
  clock.now += 7 * 24 * 3600
  await keepHouse(server.context)
  assert.ok(await server.context.store.traces.find(requestId))
  clock.now += 1
  await keepHouse(server.context)
  assert.equal(await server.context.store.traces.find(requestId), undefined)
})
