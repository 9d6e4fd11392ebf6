/** A process that stands still for seconds, such as on a virtual machine that is moved, takes no answer of a database for missing afterwards. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import { Client } from 'pg'
import type { Connection } from '../../src/store/connection.ts'
import { problemOf } from '../../src/store/database-problem.ts'
import { defaultPool } from '../../src/store/pool-settings.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { type Placeholders, statement } from '../../src/store/statement.ts'
import { eventually } from '../support/accounts.ts'
import { givenCode } from '../support/authorization.ts'
import { exchange, webApp } from '../support/code-flow.ts'
import { freshDatabase, freshStore, preparedDatabase } from '../support/databases.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

const none = statement('test.none', (db, _p: Placeholders<object>) => db.selectFrom('throttle').select('key'))
const add = statement('test.add', (db, _p: Placeholders<object>) =>
  db.insertInto('throttle').values({ key: 'a', failures: 0, window_ends_at: 0 }),
)

/** Milliseconds. An answer is waited for at most two seconds. */
const standstillMs = 2500
const impatient = { ...defaultPool, statementTimeout: 1 }

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function open(t: TestContext): Promise<Connection> {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  const connection = await openPostgres(database.url, impatient)
  t.after(connection.close)
  await sql`create table throttle (key text, failures integer, window_ends_at bigint)`.execute(connection.db)
  return connection
}

test('R12 postgres: an answer that has arrived while the process stood still counts, however late it is read', async (t) => {
  const connection = await open(t)
  const works: readonly (() => Promise<unknown>)[] = [
    async () => await connection.read(none, {}),
    () => connection.transaction((inside) => inside.write(add, {})),
    () => connection.probe([add], {}),
  ]
  // Each has a connection then.
  await Promise.all(works.map((work) => work()))
  const again = works.map((work) => work())
  // The statements are sent.
  await nextTurn()
  standStill(standstillMs)
  await Promise.all(again)
})

test('R7 sqlite: a process that stood still finds no lock of another program when it looks whether the database keeps a write', async (t) => {
  const store = await freshStore(t, 'sqlite')
  const looking = store.probe('a', 0)
  standStill(standstillMs)
  assert.equal(await looking, undefined)
})

test('R12 postgres: a transaction that PostgreSQL has ended because the process stood still is an outage, and no fault of ours', async (t) => {
  const connection = await open(t)
  const interrupted = connection.transaction(async (inside) => {
    await sql`set local idle_in_transaction_session_timeout = 50`.execute(inside.db)
    standStill(500)
    await inside.write(add, {})
  })
  await assert.rejects(interrupted, (error) => problemOf(error) === 'unreachable')
  await connection.transaction((inside) => inside.write(add, {}))
})

/** Each COMMIT that has inserted a refresh token takes some time, half of what PostgreSQL allows a statement. */
async function slowCommits(url: string): Promise<void> {
  await query(
    url,
    'create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(1.5); return null; end $$',
  )
  await query(
    url,
    `create constraint trigger wait after insert on refresh_tokens deferrable initially deferred
      for each row execute function wait()`,
  )
}

const committing =
  "select pid from pg_stat_activity where datname = current_database() and state = 'active' and query = 'commit'"

test('R14 postgres: a code whose COMMIT was answered while the process stood still ends no login', async (t) => {
  const { url, remove } = await preparedDatabase('postgres')
  t.after(remove)
  const server = await startServer(t, { databaseUrl: url, clients: [webApp], databaseStatementTimeout: 3 })
  const { form } = await givenCode(server, webApp, { scope: 'openid me offline_access' })
  await slowCommits(url)
  // Connected before: the COMMIT must be seen while it lasts.
  const watching = new Client({ connectionString: url })
  // It ends with the database, which is removed first.
  watching.on('error', () => {})
  await watching.connect()
  t.after(() => watching.end())
  const answer = exchange(server, webApp, form)
  await eventually(async () => (await watching.query(committing)).rows.length > 0)
  // An answer to this server is waited for at most four seconds.
  standStill(4500)
  const { status, body } = await answer
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(await countRows(url, 'incidents'), 0)
})
