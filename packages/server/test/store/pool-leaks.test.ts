/** A connection that nobody uses any more belongs to the pool again, whatever happened while it was opened or used. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { defaultPool } from '../../src/store/pool-settings.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { type Placeholders, statement } from '../../src/store/statement.ts'
import { eventually } from '../support/accounts.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { migratedDatabase } from '../support/databases.ts'

const none = statement('test.none', (db, _p: Placeholders<object>) => db.selectFrom('throttle').select('key'))

test('R12 postgres: a connection that is ready only after its query has given up is there for the next query', async (t) => {
  const { url, proxy } = await behindProxy(t, await migratedDatabase('postgres'))
  // A first answer may take longer than a query waits.
  const settings = { ...defaultPool, size: 1, reserve: 0, waitTimeout: 5, statementTimeout: 60 }
  const connection = await openPostgres(url, settings)
  const isHeld = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const lost = connection.transaction(async ({ db }) => {
    await sql`select 1`.execute(db)
    isHeld.resolve()
    await mayEnd.promise
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)
  })
  await isHeld.promise
  const goOn = proxy.holdAfter('select pg_is_in_recovery')
  // It waits for the connection that is lost, and then for the new one, whose first answer comes after its time.
  const waiting = connection.read(none, {})
  await eventually(() => connection.poolLoad?.().waiting.read === 1)
  mayEnd.resolve()
  await assert.rejects(lost)
  await assert.rejects(async () => await waiting, /timeout exceeded when trying to connect/)
  assert.equal(proxy.isArmed(), false)
  goOn()
  await eventually(() => connection.poolLoad?.().connections.busy === 0)
  assert.deepEqual(await connection.read(none, {}), [])
  // Not after a failure: it would wait for the connection that is missing.
  await connection.close()
})

test('R12 postgres: a PostgreSQL that falls silent while a new connection asks which database it is: the query fails, and no connection is left', async (t) => {
  const { url, proxy } = await behindProxy(t, await migratedDatabase('postgres'))
  const settings = { ...defaultPool, size: 1, reserve: 0, waitTimeout: 10, statementTimeout: 1 }
  const connection = await openPostgres(url, settings)
  await eventually(() => proxy.connections() === 0)
  proxy.holdAfter('countersign_migrations')
  await assert.rejects(async () => await connection.read(none, {}), { name: 'DatabaseSilent' })
  assert.equal(proxy.isArmed(), false)
  await eventually(() => proxy.connections() === 0)
  assert.deepEqual(connection.poolLoad?.().connections, { busy: 0, idle: 0 })
  assert.deepEqual(await connection.read(none, {}), [])
  await connection.close()
})
