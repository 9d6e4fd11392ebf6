/** PostgreSQL answers with another database than at the start: nothing is decided by it, and the keys stay published. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { eventually } from '../support/accounts.ts'
import { administer, freshDatabase } from '../support/databases.ts'
import { migratingApp, startPasswordGrantServer } from '../support/password-grant.ts'
import { alice } from '../support/people.ts'
import { query } from '../support/rows.ts'
import type { TestServer } from '../support/server.ts'

const client = { client_id: migratingApp.client_id, client_secret: migratingApp.client_secret ?? '' }

test('R5 postgres: another database under the name of the first one: 503 and not ready, no client loses its tokens, and all of it ends when the first one is back', async (t) => {
  const first = await database(t)
  const other = await database(t)
  await (await openStore({ url: other, migrate: true })).close()
  const server = await startPasswordGrantServer(t, { databaseUrl: first, clients: [migratingApp] })
  const tokens = await logIn(server)
  const keys = await publishedKeys(server)

  await exchangeNames(first, other)
  await eventually(async () => (await reasonOf(server)) === 'other_database')
  for (const response of await requestsOf(server, tokens)) {
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('retry-after'), '5')
  }
  assert.deepEqual(await publishedKeys(server), keys)
  const line = server.log.find(({ facts }) => facts['reason'] === 'other_database')
  assert.match(line?.message ?? '', /^not ready: DATABASE_URL leads to another database than at the start/)

  await exchangeNames(first, other)
  await eventually(async () => (await reasonOf(server)) === undefined)
  for (const response of await requestsOf(server, tokens)) assert.equal(response.status, 200)
})

test('R5 postgres: tables that are made again under the server: not ready, no token is accepted or issued, and the keys stay published', async (t) => {
  const url = await database(t)
  const server = await startPasswordGrantServer(t, { databaseUrl: url, clients: [migratingApp] })
  const tokens = await logIn(server)
  const keys = await publishedKeys(server)
  await query(url, 'drop schema public cascade')
  await query(url, 'create schema public')
  await (await openStore({ url, migrate: true })).close()

  await eventually(async () => (await reasonOf(server)) === 'other_database')
  server.clock.now += 1
  const authorization = `Bearer ${tokens.access_token}`
  assert.equal((await server.get('/users/me', { authorization })).status, 503)
  assert.equal((await server.get('/revocations')).status, 503)
  assert.deepEqual(await publishedKeys(server), keys)
})

async function database(t: TestContext): Promise<string> {
  const { url, remove } = await freshDatabase('postgres')
  t.after(remove)
  return url
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

async function logIn({ post }: TestServer): Promise<Tokens> {
  const response = await post('/token', { grant_type: 'password', ...client, ...alice })
  return JSON.parse(await response.text())
}

function requestsOf({ get, post }: TestServer, tokens: Tokens): Promise<readonly Response[]> {
  return Promise.all([
    get('/users/me', { authorization: `Bearer ${tokens.access_token}` }),
    get('/revocations'),
    post('/token', { grant_type: 'password', ...client, ...alice }),
    post('/token', { grant_type: 'refresh_token', ...client, refresh_token: tokens.refresh_token }),
  ])
}

async function publishedKeys({ get }: TestServer): Promise<unknown> {
  const { keys } = JSON.parse(await (await get('/.well-known/jwks.json')).text())
  assert.ok(keys.length > 0)
  return keys
}

async function reasonOf({ get }: TestServer): Promise<string | undefined> {
  return JSON.parse(await (await get('/readyz')).text()).reason
}

/** Ends the connections to both: a database in use keeps its name. */
async function exchangeNames(one: string, two: string): Promise<void> {
  const [a, b] = [one, two].map((url) => new URL(url).pathname.slice(1))
  for (const [from, to] of [
    [a, `${a}_away`],
    [b, a],
    [`${a}_away`, b],
  ]) {
    await eventually(async () => {
      await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`)
      return await succeeds(administer(`alter database ${from} rename to ${to}`))
    })
  }
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
