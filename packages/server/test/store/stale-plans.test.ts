/** A session refuses a prepared statement whose columns have changed since, or which it does not know: it is prepared again. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import type { Connection } from '../../src/store/connection.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { type Placeholders, statement } from '../../src/store/statement.ts'
import { freshDatabase } from '../support/databases.ts'
import { patientPool } from '../support/patience.ts'

const all = statement('test.all', (db, _p: Placeholders<object>) =>
  db.selectFrom('throttle').select(['key', 'failures']).orderBy('key'),
)

/** More than the pool has sessions, so that each of them has prepared the statement. */
const many = 30

async function withPreparedReads(t: TestContext): Promise<Connection> {
  const database = await freshDatabase('postgres')
  const connection = await openPostgres(database.url, patientPool)
  t.after(async () => {
    await connection.close()
    await database.remove()
  })
  await sql`create table throttle (key text, failures integer)`.execute(connection.db)
  await sql`insert into throttle values ('a', 1)`.execute(connection.db)
  await readMany(connection)
  return connection
}

const readMany = (connection: Connection) =>
  Promise.all(Array.from({ length: many }, async () => (await connection.read(all, {}))[0]?.failures))

test('postgres: S8 a read goes on after the type of a column has changed, in every session, again and again', async (t) => {
  const connection = await withPreparedReads(t)
  for (const type of ['bigint', 'smallint', 'bigint']) {
    await sql.raw(`alter table throttle alter column failures type ${type}`).execute(connection.db)
    assert.deepEqual(
      await readMany(connection),
      Array.from({ length: many }, () => 1),
    )
    assert.deepEqual(
      await readMany(connection),
      Array.from({ length: many }, () => 1),
    )
  }
})

test('postgres: S8 a read in a transaction goes on after the type of a column has changed', async (t) => {
  const connection = await withPreparedReads(t)
  await connection.transaction(async (inside) => inside.read(all, {}))
  await sql`alter table throttle alter column failures type bigint`.execute(connection.db)
  const rows = await connection.transaction(async (inside) => inside.read(all, {}))
  assert.deepEqual(rows, [{ key: 'a', failures: 1 }])
})

test('postgres: a read that fails for another reason is not repeated', async (t) => {
  const connection = await withPreparedReads(t)
  await sql`alter table throttle rename to former`.execute(connection.db)
  await assert.rejects(readMany(connection), { code: '42P01' })
})

const setFailures = statement('test.setFailures', (db, p: Placeholders<{ failures: number }>) =>
  db.updateTable('throttle').set({ failures: p.failures }).returning('failures'),
)

/** What somebody does to a session that has the statement, or to one that does not have it yet. */
const strange: readonly (readonly [title: string, isUsed: boolean, text: string])[] = [
  ['has forgotten its statements', true, 'deallocate all'],
  ['was discarded', true, 'discard all'],
  ["has another's statements", false, 'prepare "test.setFailures.0" as select 1'],
]

for (const [title, isUsed, text] of strange) {
  test(`postgres: a write goes on in a session that ${title}, alone and in a transaction`, async (t) => {
    for (const isInside of [false, true]) {
      const connection = await withPreparedReads(t)
      const write = (failures: number) =>
        isInside
          ? connection.transaction((inside) => inside.writeReturning(setFailures, { failures }))
          : connection.writeReturning(setFailures, { failures })
      if (isUsed) await write(2)
      // In the session that is used next.
      await sql.raw(text).execute(connection.db)
      for (const failures of [3, 4]) assert.deepEqual(await write(failures), [{ failures }])
    }
  })
}

test('postgres: when all sessions have forgotten their statements, reads and a write go on', async (t) => {
  const connection = await withPreparedReads(t)
  const set = (failures: number) => connection.writeReturning(setFailures, { failures })
  await Promise.all(Array.from({ length: many }, (_, at) => set(at)))
  const forget = () => Promise.all(Array.from({ length: many }, () => sql`deallocate all`.execute(connection.db)))
  await forget()
  assert.deepEqual(await set(50), [{ failures: 50 }])
  await forget()
  assert.deepEqual(new Set(await readMany(connection)), new Set([50]))
})
