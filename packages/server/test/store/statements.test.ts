/** Statements are compiled once for each store, and run with named values. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import type { Connection } from '../../src/store/connection.ts'
import { insertMany } from '../../src/store/insert-many.ts'
import { isAmong, listValue } from '../../src/store/list-value.ts'
import { openStore } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Schema, ThrottleRow } from '../../src/store/schema.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type Placeholders, statement } from '../../src/store/statement.ts'
import { type DatabaseKind, databaseKinds, freshDatabase } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

/** A database with tim. */
async function freshConnection(t: TestContext, kind: DatabaseKind): Promise<Connection> {
  const { url, remove } = await freshDatabase(kind)
  const store = await openStore({ url, migrate: true })
  await store.users.insert([aUser('tim')])
  await store.close()
  const connection = kind === 'sqlite' ? openSqlite(url.slice('sqlite:'.length), false) : await openPostgres(url)
  t.after(async () => {
    await connection.close()
    await remove()
  })
  return connection
}

const insertItem = statement('test.insertItem', (db, p: Placeholders<{ owner: string; id: number }>) =>
  db.insertInto('items').values({ item_id: p.id, owner_id: p.owner }),
)

for (const kind of databaseKinds) {
  test(`${kind}: a statement is compiled once, for reads, writes and transactions`, async (t) => {
    const connection = await freshConnection(t, kind)
    let builds = 0
    const owner = statement('test.ownerOf', (db, p: Placeholders<{ id: number }>) => {
      builds++
      return db.selectFrom('items').select('owner_id').where('item_id', '=', p.id)
    })
    await connection.write(insertItem, { id: 1, owner: 'tim' })
    for (let round = 0; round < 3; round++) {
      assert.equal((await connection.read(owner, { id: 1 }))[0]?.owner_id, 'tim')
      await connection.transaction(async (inside) => {
        await inside.write(insertItem, { id: 10 + round, owner: 'tim' })
        assert.equal((await inside.read(owner, { id: 10 + round }))[0]?.owner_id, 'tim')
        await inside.transaction(async (same) => {
          assert.equal((await same.read(owner, { id: 10 + round }))[0]?.owner_id, 'tim')
        })
      })
    }
    assert.equal(builds, 1)
  })

  test(`${kind}: values go to their names whatever their order, and constants stay`, async (t) => {
    const connection = await freshConnection(t, kind)
    const described = statement(
      'test.described',
      (db, p: Placeholders<{ first: string; second: string; number: number | null }>) =>
        db
          .selectFrom('subjects')
          .select('id')
          .select([
            sql<string>`cast(${p.second} as text) || ${'-'} || cast(${p.first} as text) || cast(${p.second} as text)`.as(
              'text',
            ),
            sql<number | null>`cast(${p.number} as integer)`.as('number'),
          ])
          .where('is_disabled', '=', 0),
    )
    const [row] = await connection.read(described, { number: null, first: 'a', second: 'b' })
    assert.deepEqual([row?.id, row?.text, row?.number], ['tim', 'b-ab', null])
  })

  test(`${kind}: a statement without a value that it needs is not run`, async (t) => {
    const connection = await freshConnection(t, kind)
    const values: { id: number; owner: string } = JSON.parse('{"id":1}')
    await assert.rejects(connection.write(insertItem, values), /no value for owner/)
  })

  test(`${kind}: two statements cannot have one name`, async (t) => {
    const connection = await freshConnection(t, kind)
    const build = (db: Kysely<Schema>, p: Placeholders<{ id: number }>) =>
      db.deleteFrom('items').where('item_id', '=', p.id)
    await connection.write(statement('test.same', build), { id: 1 })
    await assert.rejects(connection.write(statement('test.same', build), { id: 1 }), /test\.same/)
  })

  test(`${kind}: a number that is not finite is rejected`, async (t) => {
    const connection = await freshConnection(t, kind)
    for (const id of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(connection.write(insertItem, { id, owner: 'tim' }), /id is not a finite number/)
    }
  })

  test(`${kind}: one statement compares with lists of every length and with every character`, async (t) => {
    const connection = await freshConnection(t, kind)
    const owned = statement('test.owned', (db, p: Placeholders<{ owners: string }>, database) =>
      db
        .selectFrom('subjects')
        .select('id')
        .where((where) => isAmong(where.ref('id'), p.owners, database)),
    )
    const ids = async (...texts: readonly string[]) =>
      (await connection.read(owned, { owners: listValue(texts) })).map((row) => row.id)
    assert.deepEqual(await ids(), [])
    assert.deepEqual(await ids('ada'), [])
    assert.deepEqual(await ids(`"',]`, 'tim', 'ada 田 🙂'), ['tim'])
  })

  test(`${kind}: rows of any number are inserted, all or none`, async (t) => {
    const connection = await freshConnection(t, kind)
    const insert = insertMany('test.insertMany', 'items', ['item_id', 'owner_id'])
    const items = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ item_id: from + index, owner_id: 'tim' }))
    await insert(connection, [])
    await insert(connection, items(1, 213))
    await assert.rejects(insert(connection, items(300, 150).toSpliced(120, 1, { item_id: 1, owner_id: 'tim' })))
    const all = statement('test.all', (db, _p: Placeholders<object>) => db.selectFrom('items').select('item_id'))
    assert.equal((await connection.read(all, {})).length, 213)
  })

  test(`${kind}: rows are inserted with every value as it is`, async (t) => {
    const connection = await freshConnection(t, kind)
    const insert = insertMany('test.insertThrottle', 'throttle', ['key', 'failures', 'window_ends_at'])
    const keys = ['', 'null', '7', 'true', ' \t\n"\\\'', '\\ud800', '田 🙂 \u2028', '{"a":[1]}', 'a'.repeat(100_000)]
    const rows = keys.map((key, index): ThrottleRow => ({ key, failures: -index, window_ends_at: 2 ** 53 - 1 - index }))
    await insert(connection, rows)
    const all = statement('test.all', (db, _p: Placeholders<object>) =>
      db.selectFrom('throttle').select(['key', 'failures', 'window_ends_at']).orderBy('failures', 'desc'),
    )
    const stored = await connection.read(all, {})
    assert.deepEqual(
      stored.map(({ key, failures, window_ends_at }) => ({ key, failures, window_ends_at })),
      rows.map((row) => ({ ...row, failures: row.failures || 0 })),
    )
    await insert(connection, [{ key: 'a\ud800b', failures: 1, window_ends_at: 0 }])
    assert.equal((await connection.read(all, {}))[0]?.key, 'a\ufffdb')
  })
}
