/** What Prometheus reads of a server, at the option `metricsPath`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/accounts.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { databaseKinds, preparedDatabase } from '../support/databases.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** The value of a series, by the line before it, such as `name{label="value"}`. */
async function read(server: TestServer, series: string): Promise<number> {
  const response = await server.get('/metrics')
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length))
}

for (const database of databaseKinds) {
  test(`${database}: logins, tokens and requests are counted by few labels`, async (t) => {
    const options = {
      database,
      clients: declaredClients,
      metricsPath: '/metrics',
      passwordGrant: 'first-party',
    } as const
    const server = await startServer(t, options)
    const login = (password: string) => server.post('/token', { username: 'tim', password, scope: 'me' })
    assert.equal((await login('tim1234')).status, 200)
    assert.equal((await login('wrong')).status, 401)
    await server.post('/token', { username: 'nobody-has-this-name', password: 'wrong' })
    const { refreshToken } = await givenGrant(server)
    await refresh(server, refreshToken)
    await server.get('/nowhere/secret-path')

    assert.equal(await read(server, 'countersign_logins_total{outcome="success",reason=""}'), 1)
    assert.equal(await read(server, 'countersign_logins_total{outcome="failure",reason="password_mismatch"}'), 1)
    const checks = 'countersign_password_check_duration_seconds_count'
    assert.equal(await read(server, `${checks}{scheme="none",outcome="mismatch"}`), 1)
    for (const outcome of ['match', 'mismatch']) {
      assert.equal(await read(server, `${checks}{scheme="argon2id",outcome="${outcome}"}`), 1)
    }
    assert.equal(await read(server, 'countersign_refreshes_total'), 1)
    assert.ok((await read(server, 'countersign_tokens_issued_total{kind="access"}')) >= 2)
    assert.equal(await read(server, 'countersign_tokens_issued_total{kind="refresh"}'), 1)
    const requests = 'countersign_http_request_duration_seconds_count'
    assert.equal(await read(server, `${requests}{path="/token",method="POST",status="401"}`), 2)
    assert.equal(await read(server, `${requests}{path="other",method="GET",status="404"}`), 1)
    assert.ok((await read(server, 'countersign_database_size_bytes')) > 1000)
    const connections = await read(server, 'countersign_database_connections{state="idle"}')
    assert.equal(connections > 0, database === 'postgres')
    // The reading itself may wait.
    assert.ok((await read(server, 'countersign_database_waiting{kind="read"}')) <= 1)
    assert.ok((await read(server, 'process_resident_memory_bytes')) > 1000)
  })
}

test('what alerts count is there before it happens first, so that Prometheus sees the first one', async (t) => {
  const server = await startServer(t, { metricsPath: '/metrics', clients: declaredClients })
  const lines = (await (await server.get('/metrics')).text()).split('\n')
  const kinds = ['refresh_token_reused', 'code_replayed', 'client_budget_exhausted', 'address_budget_exhausted']
  for (const series of [
    ...kinds.map((kind) => `countersign_incidents_total{kind="${kind}"}`),
    'countersign_logins_total{outcome="success",reason=""}',
    ...['access', 'refresh', 'id'].map((kind) => `countersign_tokens_issued_total{kind="${kind}"}`),
    ...['token', 'grant', 'session'].map((what) => `countersign_revocations_total{what="${what}"}`),
  ]) {
    assert.ok(lines.includes(`${series} 0`), series)
  }
})

test('no request chooses a label, and no name or address of a user is one', async (t) => {
  const server = await startServer(t, { metricsPath: '/metrics', passwordGrant: 'first-party' })
  for (const method of ['PUT', 'PROPFIND', 'DELETE']) {
    await server.server.fetch(new Request(`http://127.0.0.1:8000/${method}`, { method }), { address: '203.0.113.9' })
  }
  await server.post('/token', { username: 'tim', password: 'tim1234' })
  const text = await (await server.get('/metrics')).text()
  assert.ok(text.includes('_count{path="other",method="other",status="404"} 3'))
  const labels = text.split('\n').filter((line) => !line.startsWith('#'))
  assert.deepEqual(
    labels.filter((line) => /PROPFIND|tim|tim1234|203\.0\.113/.test(line) && !/time/.test(line)),
    [],
  )
})

test('without the option there is no such path, and nothing is collected', async (t) => {
  const server = await startServer(t)
  assert.equal((await server.get('/metrics')).status, 404)
  assert.equal(server.server.context.metrics, undefined)
})

test('a metricsPath that is served already is rejected', async (t) => {
  for (const metricsPath of ['/token', '/healthz', '/docs']) {
    await assert.rejects(startServer(t, { metricsPath }), {
      name: 'OptionsError',
      message: `metricsPath must be a path of its own, such as /metrics: ${metricsPath} is one of the server's already`,
    })
  }
})

test('postgres: the metrics are there without the size of a database that says nothing, and with it when it is back', async (t) => {
  const { url, proxy } = await behindProxy(t, await preparedDatabase('postgres'))
  // With this limit, the size itself would fail only after the test's own limit.
  const patient = { databaseStatementTimeout: 600, databaseWaitTimeout: 600 }
  const server = await startServer(t, { databaseUrl: url, metricsPath: '/metrics', ...patient })
  assert.ok((await read(server, 'countersign_database_size_bytes')) > 1000)
  proxy.silence()
  const text = await (await server.get('/metrics')).text()
  assert.match(text, /^process_resident_memory_bytes \d/m)
  assert.doesNotMatch(text, /^countersign_database_size_bytes \d/m)
  await proxy.restore()
  await eventually(async () => (await read(server, 'countersign_database_size_bytes')) > 1000)
})
