/** The database is away for a while: requests that need it are answered 503, and it goes on by itself afterwards. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Client } from 'pg'
import { eventually } from '../support/accounts.ts'
import { administer, freshDatabase, preparedDatabase } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { alice } from '../support/people.ts'

test('R12 postgres: requests are answered 503 with Retry-After while it is away, and 200 when it is back', async (t) => {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  const started = await startPasswordGrantServer(t, { databaseUrl: database.url, metricsPath: '/metrics' })
  const { server, get, accessToken, post, log } = started
  const headers = { authorization: `Bearer ${await accessToken('alice')}` }
  const name = new URL(database.url).pathname.slice(1)
  const alter = async (...statements: string[]) => {
    const client = new Client({ connectionString: database.url.replace(name, 'postgres') })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }

  await alter(
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  )
  for (const answer of [
    await get('/users/me', headers),
    await get('/revocations'),
    await post('/token', { username: 'alice', password: 'secret' }),
  ]) {
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), '5')
    const body = JSON.parse(await answer.text())
    assert.equal(body.error, 'temporarily_unavailable')
    assert.equal(/sql|postgres|database|select/i.test(body.detail), false)
  }
  const readiness = await get('/readyz')
  assert.equal(readiness.status, 503)
  assert.equal(readiness.headers.get('retry-after'), '5')
  assert.deepEqual(await readiness.json(), { status: 'unavailable', reason: 'unreachable' })
  assert.equal((await get('/healthz')).status, 200)
  assert.equal((await get('/.well-known/jwks.json')).status, 200)
  const metrics = await get('/metrics')
  assert.equal(metrics.status, 200)
  const lines = (await metrics.text()).split('\n')
  assert.ok(lines.some((line) => line.startsWith('process_resident_memory_bytes ')))
  assert.ok(!lines.some((line) => line.startsWith('countersign_database_size_bytes ')))
  await server.context.traces.flush()
  assert.ok(log.some((line) => line.facts['reason'] === 'database_unavailable'))

  await alter(`alter database ${name} allow_connections true`)
  assert.equal((await get('/users/me', headers)).status, 200)
  await eventually(async () => (await get('/readyz')).status === 200)
  assert.equal((await get('/revocations')).status, 200)
  await tokenByPassword(started, alice)
})

test('R12 postgres: connections that are cut while they are used end requests, not the process', async (t) => {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  const server = await startPasswordGrantServer(t, { databaseUrl: database.url })
  await tokenByPassword(server, alice)
  const name = new URL(database.url).pathname.slice(1)
  const admin = new Client({ connectionString: database.url.replace(name, 'postgres') })
  await admin.connect()
  t.after(() => admin.end())
  const statuses: number[] = []
  for (let round = 0; round < 10; round++) {
    const logins = Array.from({ length: 4 }, () => server.post('/token', { username: 'alice', password: 'secret' }))
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    for (const answer of await Promise.all(logins)) statuses.push(answer.status)
  }
  assert.deepEqual(
    statuses.filter((status) => ![200, 401, 503].includes(status)),
    [],
  )
  // PostgreSQL ends a connection some time after it was told to: one more login may meet it.
  await eventually(async () => (await server.post('/token', { ...alice })).status === 200)
})

test('R12 postgres: another password of the role, or another name of the database, is an outage until it is mended', async (t) => {
  const { url, remove } = await preparedDatabase('postgres')
  const name = new URL(url).pathname.slice(1)
  const role = `role_${randomUUID().replaceAll('-', '')}`
  await administer(`create role ${role} superuser login password 'one'`)
  t.after(async () => {
    await remove()
    await administer(`drop role ${role}`)
  })
  const own = new URL(url)
  own.username = role
  own.password = 'one'
  const server = await startPasswordGrantServer(t, { databaseUrl: own.href })
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
  const changes = [
    [`alter role ${role} password 'two'`, `alter role ${role} password 'one'`],
    [`alter database ${name} rename to ${name}_away`, `alter database ${name}_away rename to ${name}`],
  ] as const
  for (const [change, mend] of changes) {
    await eventually(async () => (await server.post('/token', { ...alice })).status === 200)
    // The server connects again when it likes, and a database in use keeps its name.
    await eventually(async () => {
      await administer(cut)
      return await succeeds(administer(change))
    })
    // What it has connected before the change.
    await administer(cut)
    for (const answer of [await server.post('/token', { ...alice }), await server.get('/revocations')]) {
      assert.equal(answer.status, 503)
      assert.equal(answer.headers.get('retry-after'), '5')
    }
    assert.deepEqual(await (await server.get('/readyz')).json(), { status: 'unavailable', reason: 'unreachable' })
    await administer(mend)
    await eventually(async () => (await server.get('/readyz')).status === 200)
  }
})

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
