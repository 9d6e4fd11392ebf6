/** PostgreSQL behind pgbouncer in transaction mode, which refuses unknown parameters and gives each transaction another session. */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { Client } from 'pg'
import { skipWithout } from '../../../../test/support/missing-tool.ts'
import { migrateStore } from '../../src/store/open.ts'
import { defaultPool } from '../../src/store/pool-settings.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Schema } from '../../src/store/schema.ts'
import { statement } from '../../src/store/statement.ts'
import { freshDatabase, postgresUrl } from '../support/databases.ts'
import { migratingApp, startPasswordGrantServer } from '../support/password-grant.ts'
import { howToGetPgbouncer, startPgbouncer } from '../support/pgbouncer.ts'
import type { TestServer } from '../support/server.ts'

const pgbouncer = await startPgbouncer(postgresUrl('postgres'))
after(() => pgbouncer?.stop())

/** The URL of a fresh database through pgbouncer; `undefined` when the test is skipped. */
async function freshUrl(t: TestContext): Promise<string | undefined> {
  if (!pgbouncer) {
    skipWithout(t, howToGetPgbouncer)
    return undefined
  }
  const { url, remove } = await freshDatabase('postgres')
  t.after(remove)
  return pgbouncer.through(url)
}

test('pgbouncer: two servers serve logins, refreshes and checks of tokens in parallel', async (t) => {
  const databaseUrl = await freshUrl(t)
  if (databaseUrl === undefined) return
  const options = { databaseUrl, clients: [migratingApp], refreshTokenGrace: 0 }
  const servers = [await startPasswordGrantServer(t, options), await startPasswordGrantServer(t, options)]
  const { client_id, client_secret = '' } = migratingApp
  const flow = async (at: number) => {
    const [here, there] = at % 2 === 0 ? servers : servers.toReversed()
    const post = async (server: TestServer | undefined, form: Record<string, string>) =>
      JSON.parse((await (await server?.post('/token', { client_id, client_secret, ...form }))?.text()) ?? '')
    const login = await post(here, { grant_type: 'password', username: 'tim', password: 'tim1234' })
    const refreshed = await post(there, { grant_type: 'refresh_token', refresh_token: login.refresh_token })
    const me = await here?.get('/users/me', { authorization: `Bearer ${refreshed.access_token}` })
    const reused = await post(here, { grant_type: 'refresh_token', refresh_token: login.refresh_token })
    return [me?.status, reused.error]
  }
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => flow(at)))
  assert.deepEqual(outcomes, Array(20).fill([200, 'invalid_grant']))
})

test('pgbouncer: a transaction and a single write have the limits on time, and nothing of it is left to the next session', async (t) => {
  const url = await freshUrl(t)
  if (url === undefined) return
  await migrateStore(url)
  const connection = await openPostgres(url)
  t.after(connection.close)
  const limits = async (db: Kysely<Schema>) => {
    const { rows } = await sql<{ statement: string; lock: string; idle: string }>`
      select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle`.execute(db)
    return rows[0]
  }
  assert.deepEqual(await connection.transaction(({ db }) => limits(db)), { statement: '3s', lock: '1s', idle: '5s' })
  const lockLimit = statement('test.lockLimit', (db) =>
    db.selectNoFrom(sql<string>`current_setting('lock_timeout')`.as('limit')),
  )
  assert.deepEqual(await connection.writeReturning(lockLimit, {}), [{ limit: '1s' }])
  assert.deepEqual(await limits(connection.db), { statement: '0', lock: '0', idle: '0' })
  const userIds = statement('test.userIds', (db) => db.selectFrom('subjects').select('id'))
  const inParallel = Array.from({ length: 20 }, () => connection.read(userIds, {}))
  assert.deepEqual(await Promise.all(inParallel), Array(20).fill([]))
  const { rows } = await sql`select name from pg_prepared_statements`.execute(connection.db)
  assert.deepEqual(rows, [])
})

test('pgbouncer: with all of its connections in use for longer than the wait, the start fails and says so', async (t) => {
  const url = await freshUrl(t)
  if (url === undefined) return
  for (let holder = 0; holder < 3; holder++) {
    const client = new Client({ connectionString: url })
    // It ends with the database, which is removed first.
    client.on('error', () => {})
    t.after(() => client.end())
    await client.connect()
    await client.query('begin')
  }
  await assert.rejects(openPostgres(url, { ...defaultPool, waitTimeout: 1 }), {
    name: 'StoreError',
    message: /^PostgreSQL cannot be reached: Query read timeout\. /,
  })
})
