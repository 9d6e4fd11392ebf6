/** A dry run of `migrate` says what it would do, and changes nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dryRun } from '../../src/store/dry-run.ts'
import { migrate } from '../../src/store/migrate.ts'
import { migrations } from '../../src/store/migration-list.ts'
import { dryRunStore } from '../../src/store/open.ts'
import { freshConnection } from '../support/connections.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { laterMigrations, nextMigrations } from '../support/next-migrations.ts'
import { dumpOf, query } from '../support/rows.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a dry run names the migrations, the tables that they lock, and the rows of those`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    await migrate(connection, migrations)
    const subjects = ['tim', 'ada'].map((id) => `('${id}', 0, 5)`)
    await query(url, `insert into subjects (id, is_disabled, created_at) values ${subjects.join()}`)
    if (kind === 'postgres') await query(url, 'analyze subjects')
    const before = await dumpOf(url)
    const found = await dryRun(connection, nextMigrations)
    assert.deepEqual(
      found.pending.map(({ name, expands }) => [name, expands]),
      [['9001-expanding', true]],
    )
    const changed = ['authorization_codes', 'grants', 'refresh_tokens', 'sessions', 'signing_keys', 'subjects']
    assert.deepEqual(found.locks.toSorted(), kind === 'sqlite' ? [] : changed)
    assert.equal(found.rows.get('subjects'), kind === 'sqlite' ? undefined : 2)
    // It gets an index.
    assert.equal(found.rows.get('grants'), 0)
    assert.equal(await dumpOf(url), before)
    assert.deepEqual(await migrate(connection, nextMigrations), ['9001-expanding'])
    assert.deepEqual((await dryRun(connection, nextMigrations)).pending, [])
  })

  test(`${kind}: a dry run counts all tables where a migration does not only expand`, async (t) => {
    const { connection } = await freshConnection(t, kind)
    await migrate(connection, migrations)
    const { locks, pending } = await dryRun(connection, laterMigrations)
    assert.deepEqual(
      pending.map(({ expands }) => expands),
      [true, false],
    )
    assert.equal(locks.includes('throttle'), kind === 'postgres')
  })

  test(`${kind}: a dry run on an empty database creates no table, and one on a database of a newer version says so`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    const empty = await dryRun(connection, migrations)
    assert.deepEqual([empty.isNew, empty.pending.length, empty.locks], [true, Object.keys(migrations).length, []])
    assert.equal(await dumpOf(url), '[]')
    await migrate(connection, nextMigrations)
    const { isNew, newer, pending } = await dryRun(connection, migrations)
    assert.deepEqual([isNew, newer, pending], [false, ['9001-expanding'], []])
    await migrate(connection, laterMigrations)
    await assert.rejects(dryRun(connection, migrations), { code: 'newer' })
  })
}

test('sqlite: a dry run does not create the file', async (t) => {
  const { url, remove } = await freshDatabase('sqlite')
  t.after(remove)
  for (let round = 0; round < 2; round++) assert.equal((await dryRunStore(url)).isNew, true)
})
