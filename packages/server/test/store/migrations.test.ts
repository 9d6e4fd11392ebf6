/** A migration happens wholly or not at all, on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { thisServer } from '../../src/domain/consent.ts'
import { migrationTable } from '../../src/store/migration-state.ts'
import * as foundation from '../../src/store/migrations/0001-foundation.ts'
import * as keyStates from '../../src/store/migrations/0002-key-states.ts'
import * as clients from '../../src/store/migrations/0003-clients.ts'
import * as grants from '../../src/store/migrations/0004-grants.ts'
import * as refreshTokens from '../../src/store/migrations/0005-refresh-tokens.ts'
import * as traceStatus from '../../src/store/migrations/0006-trace-status.ts'
import * as logoutDeliveries from '../../src/store/migrations/0007-logout-deliveries.ts'
import { migrateStore, openStore } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'

/** Ends after its first two statements, as a process does that is killed. */
const cutShort: Migration = {
  up: async (db: Kysely<unknown>) => {
    await db.schema.createTable('first').addColumn('id', 'integer').execute()
    await db.schema.alterTable('first').addColumn('second', 'integer').execute()
    throw new Error('cut short')
  },
}

/** Those of a database from before there was a revocation feed. */
const former: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-key-states': keyStates,
  '0003-clients': clients,
  '0004-grants': grants,
  '0005-refresh-tokens': refreshTokens,
  '0006-trace-status': traceStatus,
  '0007-logout-deliveries': logoutDeliveries,
}

/** What migrations and requests run with. */
const settings = {
  sqlite: { query: 'pragma foreign_keys', inMigrations: [0], inRequests: [1] },
  postgres: {
    query: `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`,
    inMigrations: ['0', '0', '0'],
    inRequests: ['3s', '1s', '5s'],
  },
}

for (const kind of databaseKinds) {
  test(`${kind}: R1 an interrupted migration leaves nothing behind, and can run again`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const { db, close } =
      kind === 'sqlite' ? openSqlite(database.url.slice('sqlite:'.length), true) : await openPostgres(database.url)
    t.after(close)
    for (let attempt = 0; attempt < 2; attempt++) {
      const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ '0001-cut-short': cutShort }) } })
      const { error } = await migrator.migrateToLatest()
      assert.match(String(error), /cut short/)
      const tables = await db.introspection.getTables()
      assert.deepEqual(
        tables.filter(({ name }) => name === 'first'),
        [],
      )
    }
  })

  test(`${kind}: a migration runs without limits on time and on what it can rebuild`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const connection =
      kind === 'sqlite' ? openSqlite(database.url.slice('sqlite:'.length), true) : await openPostgres(database.url)
    t.after(connection.close)
    const { query, inMigrations, inRequests } = settings[kind]
    const valuesOn = async (db: Kysely<Schema>) =>
      Object.values((await sql.raw<object>(query).execute(db)).rows[0] ?? {})
    assert.deepEqual(await connection.migrate(valuesOn), inMigrations)
    assert.deepEqual(await valuesOn(connection.db), inRequests)
    await assert.rejects(
      connection.migrate(() => Promise.reject(new Error('no'))),
      /no/,
    )
    assert.deepEqual(await valuesOn(connection.db), inRequests)
  })

  test(`${kind}: the revocation feed names users who were disabled before it existed; grants and consents are for this server`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const connection =
      kind === 'sqlite' ? openSqlite(database.url.slice('sqlite:'.length), true) : await openPostgres(database.url)
    const migrator = new Migrator({
      db: connection.db,
      provider: { getMigrations: async () => former },
      migrationTableName: migrationTable,
      migrationLockTableName: `${migrationTable}_lock`,
    })
    assert.equal((await migrator.migrateToLatest()).error, undefined)
    const rows = [
      "insert into users (id, username, username_key, is_disabled, is_demo, created_at, updated_at) values ('tim', 'tim', 'tim', 1, 0, 5, 9)",
      "insert into users (id, username, username_key, is_disabled, is_demo, created_at, updated_at) values ('ada', 'ada', 'ada', 0, 0, 5, 9)",
      "insert into clients (id, metadata, is_disabled, created_at, updated_at) values ('app', '{}', 1, 5, 8)",
      "insert into grants (id, client_id, user_id, scope, is_offline, claims, authenticated_at, created_at, expires_at) values ('g', 'app', 'tim', 'me', 0, '{\"idToken\":[],\"userInfo\":[]}', 5, 5, 99)",
      "insert into consents (user_id, client_id, scope, given_at) values ('ada', 'app', 'openid me', 5)",
      "insert into revoked_tokens (token_id, expires_at) values ('token', 99)",
    ]
    for (const row of rows) await sql.raw(row).execute(connection.db)
    await connection.close()

    const store = await openStore({ url: database.url, migrate: true })
    t.after(store.close)
    const { disabledUsers, disabledClients } = await store.revocations.list(0, 0)
    assert.deepEqual(disabledUsers, [{ id: 'tim', disabledAt: 9 }])
    assert.deepEqual(disabledClients, [{ id: 'app', disabledAt: 8 }])
    assert.deepEqual((await store.grants.find('g'))?.resources, [])
    assert.deepEqual(await store.consents.find('ada', 'app'), new Map([[thisServer, ['openid', 'me']]]))
    assert.equal(await store.revokedTokens.has('token'), true)
  })
}

test('postgres: a second migrate waits for the first', async (t) => {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  const connection = await openPostgres(database.url)
  t.after(connection.close)
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const slow: Migration = {
    up: async (db) => {
      await foundation.up(db)
      started.resolve()
      await finish.promise
    },
  }
  const first = connection.migrate((db) =>
    new Migrator({
      db,
      provider: { getMigrations: async () => ({ '0001-foundation': slow }) },
      migrationTableName: migrationTable,
      migrationLockTableName: `${migrationTable}_lock`,
    }).migrateToLatest(),
  )
  await started.promise

  const second = migrateStore(database.url)
  await untilBlocked(database.url)
  finish.resolve()
  assert.equal((await first).error, undefined)
  assert.equal((await second)[0], '0002-key-states')
})
