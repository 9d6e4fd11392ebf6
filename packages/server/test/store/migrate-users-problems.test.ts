/** Migrations of a database from before users were subjects that fail, are refused, or wait: the database stays as it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { migrateStore } from '../../src/store/open.ts'
import { databaseKinds } from '../support/databases.ts'
import { execute, formerDatabase, migrations } from '../support/former-database.ts'
import { untilBlocked } from '../support/locks.ts'
import { dumpOf } from '../support/rows.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a migration that fails half-way leaves the database as it was`, async (t) => {
    const url = await formerDatabase(t, kind)
    // This table has the name of the second one that the migration makes.
    await execute(url, 'create table credentials (id text)')
    const before = await dumpOf(url)
    await assert.rejects(migrateStore(url), /credentials/)
    assert.equal(await dumpOf(url), before)
    await execute(url, 'drop table credentials')
    assert.deepEqual(await migrateStore(url), migrations)
  })
}

test('sqlite: a migration that would leave a row without its subject changes nothing', async (t) => {
  const url = await formerDatabase(t, 'sqlite')
  await execute(url, "pragma foreign_keys = off; insert into items (item_id, owner_id) values (9, 'nobody')")
  const before = await dumpOf(url)
  const others = Array.from(
    { length: 9 },
    (_, n) => `insert into consents select 'gone', 'app ${n}', allowed, 5 from consents limit 1`,
  )
  await assert.rejects(migrateStore(url), {
    name: 'StoreError',
    code: 'unmigratable',
    message:
      'The database has rows that refer to rows which do not exist: items with item_id = 9, whose owner_id is not in users. Nothing was migrated. Make a backup, delete these rows, and run npm run -s countersign -- migrate again.',
  })
  assert.equal(await dumpOf(url), before)
  await execute(url, `pragma foreign_keys = off; ${others.join(';')}`)
  await assert.rejects(
    migrateStore(url),
    /consents with user_id = 'gone' and client_id = 'app 0' or .* and more, whose user_id is not in users/,
  )
  await execute(url, "delete from items where item_id = 9; delete from consents where user_id = 'gone'")
  assert.deepEqual(await migrateStore(url), migrations)
})

for (const kind of databaseKinds) {
  test(`${kind}: a view of the operator that the migration would break is named, and nothing changes`, async (t) => {
    const url = await formerDatabase(t, kind)
    await execute(url, 'create view report as select id, username from users')
    const before = await dumpOf(url)
    await assert.rejects(migrateStore(url), {
      name: 'StoreError',
      code: 'unmigratable',
      message:
        'The view report uses a table that this version changes, and is not ours. Nothing was migrated. Drop it, run npm run -s countersign -- migrate again, and create it for the new tables.',
    })
    assert.equal(await dumpOf(url), before)
    await execute(url, 'drop view report')
    assert.deepEqual(await migrateStore(url), migrations)
  })
}

test('postgres: a migration does not wait for long for a transaction that uses its tables, and names them', async (t) => {
  const url = await formerDatabase(t, 'postgres')
  const other = new Client({ connectionString: url })
  await other.connect()
  try {
    await other.query('begin')
    await other.query('select id from users limit 1')
    const { rows } = await other.query('select pg_backend_pid() as pid')
    await assert.rejects(migrateStore(url), {
      name: 'StoreError',
      code: 'unmigratable',
      message: `Other transactions use the tables: users (process ${rows[0].pid}). Nothing was migrated. End them, for example by stopping the former version, and run npm run -s countersign -- migrate again.`,
    })
    await other.query('commit')
  } finally {
    await other.end()
  }
  assert.deepEqual(await migrateStore(url), migrations)
})

test('postgres: a migration that waits for one table has no lock on another, and goes on when it can', async (t) => {
  const url = await formerDatabase(t, 'postgres')
  // The migration changes `users` first.
  const used = ['grants', 'sessions']
  const others = await Promise.all(
    used.map(async (table) => {
      const other = new Client({ connectionString: url })
      await other.connect()
      await other.query(`begin; select 1 from ${table} limit 1`)
      return other
    }),
  )
  const migrated = migrateStore(url)
  // It is awaited below, and may fail before.
  migrated.catch(() => {})
  const request = new Client({ connectionString: url, lock_timeout: 2000 })
  await request.connect()
  try {
    for (const other of others) {
      await untilBlocked(url)
      assert.equal((await request.query('select 1 from users limit 1')).rowCount, 1)
      await other.query('commit')
    }
    assert.deepEqual(await migrated, migrations)
  } finally {
    await Promise.all([request, ...others].map((client) => client.end()))
  }
})
