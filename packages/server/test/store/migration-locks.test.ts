/** Migrations on PostgreSQL beside running requests: which tables they lock, and indexes that they build without a lock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { migrate, requireCurrentSchema } from '../../src/store/migrate.ts'
import type { Migrations } from '../../src/store/migration.ts'
import { migrations } from '../../src/store/migration-list.ts'
import { eventually } from '../support/accounts.ts'
import { freshConnection } from '../support/connections.ts'
import { databaseKinds } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'
import { query } from '../support/rows.ts'

const altersSessions: Migrations = {
  ...migrations,
  '9001-sessions': {
    up: async (db) => {
      await db.schema.alterTable('sessions').addColumn('next_note', 'text').execute()
    },
  },
}

const indexesThrottle: Migrations = {
  ...migrations,
  '9001-throttle': {
    up: async () => {},
    indexes: [{ name: 'throttle_failures', table: 'throttle', columns: ['failures', 'key'], where: 'failures > 0' }],
  },
}

/** Two other connections of requests, which end before the database does. */
async function besides(url: string, work: (one: Client, other: Client) => Promise<void>): Promise<void> {
  const clients = [1, 2].map(() => new Client({ connectionString: url, lock_timeout: 1000 })) as [Client, Client]
  await Promise.all(clients.map((client) => client.connect()))
  await work(...clients).finally(() => Promise.all(clients.map((client) => client.end())))
}

test('postgres: S8 a migration that expands waits for no transaction on a table that it does not change', async (t) => {
  const { connection, url } = await freshConnection(t, 'postgres')
  await migrate(connection, migrations)
  await besides(url, async (other) => {
    await other.query('begin; select 1 from grants; select 1 from profiles')
    assert.deepEqual(await migrate(connection, altersSessions), ['9001-sessions'])
  })
})

test('postgres: S8 while a migration that expands waits for a table, requests read and write the others', async (t) => {
  const { connection, url } = await freshConnection(t, 'postgres')
  await migrate(connection, migrations)
  await besides(url, async (holder, request) => {
    await holder.query('begin; select 1 from sessions')
    const migrated = migrate(connection, altersSessions)
    await untilBlocked(url)
    await request.query("insert into throttle values ('a', 1, 1); select 1 from grants")
    await holder.query('commit')
    assert.deepEqual(await migrated, ['9001-sessions'])
  })
})

test('postgres: S8 while the index of a migration is built, requests write to its table', async (t) => {
  const { connection, url } = await freshConnection(t, 'postgres')
  await migrate(connection, migrations)
  await besides(url, async (holder, request) => {
    await holder.query("begin; insert into throttle values ('a', 1, 1)")
    const migrated = migrate(connection, indexesThrottle)
    await untilBlocked(url)
    await request.query("insert into throttle values ('b', 1, 1)")
    await holder.query('commit')
    assert.deepEqual(await migrated, ['9001-throttle'])
    assert.deepEqual(await indexesOf(url), [{ name: 'throttle_failures', valid: true }])
  })
})

test('postgres: R11 an index that an earlier run did not finish is built again, and one that is complete is left', async (t) => {
  const { connection, url } = await freshConnection(t, 'postgres')
  await migrate(connection, indexesThrottle)
  await query(url, 'drop index throttle_failures')
  await query(url, "insert into throttle values ('a', 1, 1), ('b', 1, 1)")
  await assert.rejects(query(url, 'create unique index concurrently throttle_failures on throttle (failures)'))
  assert.deepEqual(await indexesOf(url), [{ name: 'throttle_failures', valid: false }])
  assert.deepEqual(await migrate(connection, indexesThrottle), [])
  assert.deepEqual(await indexesOf(url), [{ name: 'throttle_failures', valid: true }])
  const complete = "select oid from pg_class where relname = 'throttle_failures'"
  const before = await query(url, complete)
  await migrate(connection, indexesThrottle)
  assert.deepEqual(await query(url, complete), before)
})

test('postgres: an index that cannot be built is named, and the migration is done', async (t) => {
  const { connection, url } = await freshConnection(t, 'postgres')
  const broken: Migrations = {
    ...migrations,
    '9001-broken': {
      up: async () => {},
      indexes: [{ name: 'throttle_failures', table: 'throttle', columns: ['failures'], where: '1 / failures > 0' }],
    },
  }
  await migrate(connection, migrations)
  await query(url, "insert into throttle values ('a', 0, 1)")
  for (let round = 0; round < 2; round++) {
    await assert.rejects(migrate(connection, broken), {
      code: 'unmigratable',
      message:
        'The index throttle_failures on throttle could not be built: division by zero. All else is migrated, and this version runs without it. Run npm run -s countersign -- migrate again.',
    })
    await requireCurrentSchema(connection, broken)
    // PostgreSQL reports the error a moment before it ends the build.
    await eventually(async () => (await query(url, runningBuilds)).length === 0)
  }
  await query(url, 'delete from throttle')
  assert.deepEqual(await migrate(connection, broken), [])
  assert.deepEqual(await indexesOf(url), [{ name: 'throttle_failures', valid: true }])
})

const runningBuilds = 'select pid from pg_stat_progress_create_index where datname = current_database()'

function indexesOf(url: string): ReturnType<typeof query> {
  return query(
    url,
    `select relname as name, indisvalid as valid from pg_index join pg_class on pg_class.oid = indexrelid
     where indrelid = 'throttle'::regclass and relname like '%failures%'`,
  )
}

for (const kind of databaseKinds) {
  test(`${kind}: an index of a migration has its columns and its rows`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    await migrate(connection, indexesThrottle)
    const [row] = await query(
      url,
      kind === 'sqlite'
        ? "select sql from sqlite_master where name = 'throttle_failures'"
        : "select indexdef as sql from pg_indexes where indexname = 'throttle_failures'",
    )
    const plain = String(row?.['sql']).replaceAll(/["()]/g, '')
    assert.match(plain, /throttle_failures on (public\.)?throttle (using btree )?failures, key where failures > 0$/i)
  })
}
