/** Transactions at once: each is done or undone alone, and on SQLite those of one turn of the event loop share a commit. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Connection } from '../../src/store/connection.ts'
import { openStore } from '../../src/store/open.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { databaseKinds, freshDatabase, freshStore } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

for (const kind of databaseKinds) {
  test(`${kind}: of parallel transactions, those that fail are undone and the others kept`, async (t) => {
    const { users, transaction } = await freshStore(t, kind)
    await users.insert([aUser('taken')])
    const insert = (id: string) =>
      transaction(async (inside) => {
        await inside.users.insert([aUser(id)])
        return id
      })
    const outcomes = await Promise.allSettled([
      insert('first'),
      transaction(async (inside) => {
        await inside.users.insert([aUser('thrown')])
        throw new Error('no')
      }),
      transaction(async (inside) => {
        await inside.users.insert([aUser('conflict')])
        await inside.users.insert([aUser('taken')])
      }),
      insert('last'),
    ])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined)),
      ['first', undefined, undefined, 'last'],
    )
    const kept = await users.list(10)
    assert.deepEqual(
      kept.map(({ subject }) => subject.id),
      ['first', 'last', 'taken'],
    )
  })
}

test('sqlite: a hundred parallel transactions are one commit, and more are a few', async (t) => {
  const { path, transaction } = await freshConnection(t)
  const insertMany = (prefix: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, number) => transaction(({ db }) => insertUser(db, `${prefix}${number}`))),
    )
  const before = commitsIn(path)
  await insertMany('a', 100)
  assert.equal(commitsIn(path) - before, 1)
  await insertMany('b', 250)
  assert.equal(commitsIn(path) - before, 4)
})

test('sqlite: a write by itself is in no transaction that is open', async (t) => {
  const { db, transaction } = await freshConnection(t)
  const { promise: written, resolve: beginWrite } = Promise.withResolvers<void>()
  const undone = transaction(async ({ db: inside }) => {
    await insertUser(inside, 'undone')
    beginWrite()
    await nextTurn()
    throw new Error('no')
  })
  await written
  await Promise.all([insertUser(db, 'kept'), assert.rejects(undone)])
  assert.deepEqual(await userIds(db), ['kept'])
})

test('sqlite: when a commit fails, nothing of the transactions that shared it is kept', async (t) => {
  const { db, transaction } = await freshConnection(t)
  const outcomes = await Promise.allSettled([
    transaction(({ db: inside }) => insertUser(inside, 'first')),
    // What a foreign key wants is then asked for at the commit only.
    transaction(async ({ db: inside }) => {
      await sql`pragma defer_foreign_keys = on`.execute(inside)
      await sql`insert into consents (user_id, client_id, allowed, given_at) values ('nobody', 'app', '{}', 0)`.execute(
        inside,
      )
    }),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.deepEqual(await userIds(db), [])
  await transaction(({ db: inside }) => insertUser(inside, 'later'))
  assert.deepEqual(await userIds(db), ['later'])
})

test('sqlite: when SQLite itself undoes a whole transaction, all that shared it are rejected with the cause', async (t) => {
  const { db, transaction } = await freshConnection(t)
  await transaction(({ db: inside }) => insertUser(inside, 'taken'))
  const outcomes = await Promise.allSettled([
    transaction(({ db: inside }) => insertUser(inside, 'first')),
    transaction(({ db: inside }) => sql`insert or rollback into subjects select * from subjects`.execute(inside)),
    transaction(({ db: inside }) => insertUser(inside, 'last')),
  ])
  for (const outcome of outcomes) {
    assert.equal(outcome.status, 'rejected')
    assert.match(String(outcome.reason), /UNIQUE constraint failed: subjects/)
  }
  assert.deepEqual(await userIds(db), ['taken'])
})

async function freshConnection(t: TestContext): Promise<Connection & { readonly path: string }> {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  const store = await openStore({ url: database.url, migrate: true })
  await store.close()
  const path = database.url.slice('sqlite:'.length)
  const connection = openSqlite(path, false)
  t.after(connection.close)
  return { ...connection, path }
}

async function insertUser(db: Connection['db'], id: string): Promise<void> {
  await sql`
    insert into subjects (id, is_disabled, created_at) values (${id}, 0, 0)`.execute(db)
}

async function userIds(db: Connection['db']): Promise<readonly string[]> {
  const rows = await db.selectFrom('subjects').select('id').orderBy('id').execute()
  return rows.map(({ id }) => id)
}

/** Counts in the write-ahead log (https://sqlite.org/fileformat2.html#walformat): the last frame of a commit tells a size. */
function commitsIn(path: string): number {
  const log = readFileSync(`${path}-wal`, { flag: 'a+' })
  const [headerLength, frameHeaderLength] = [32, 24]
  if (log.length < headerLength) return 0
  const frameLength = frameHeaderLength + log.readUInt32BE(8)
  let commits = 0
  for (let at = headerLength; at + frameLength <= log.length; at += frameLength) {
    if (log.readUInt32BE(at + 4) > 0) commits++
  }
  return commits
}
