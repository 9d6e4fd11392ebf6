/** An older program on a database that a newer one has migrated: it runs where the newer one only expanded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrate, requireCurrentSchema } from '../../src/store/migrate.ts'
import type { Migrations } from '../../src/store/migration.ts'
import { migrations } from '../../src/store/migration-list.ts'
import { readState } from '../../src/store/migration-state.ts'
import { openStore } from '../../src/store/open.ts'
import { freshConnection } from '../support/connections.ts'
import { databaseKinds } from '../support/databases.ts'
import { laterMigrations, nextMigrations } from '../support/next-migrations.ts'
import { dumpOf } from '../support/rows.ts'
import { aUser } from '../support/users.ts'

for (const kind of databaseKinds) {
  test(`${kind}: R11 an older program starts on a database that a newer one has expanded, and writes to it`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    await migrate(connection, nextMigrations)
    await requireCurrentSchema(connection, migrations)
    const store = await openStore({ url, migrate: false })
    await store.users.insert([aUser('tim')])
    assert.equal((await store.subjects.find('tim'))?.id, 'tim')
    await store.close()
  })

  test(`${kind}: R11 migrate of an older program does nothing there, and knows why`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    await migrate(connection, nextMigrations)
    const before = await dumpOf(url)
    assert.deepEqual(await migrate(connection, migrations), [])
    assert.deepEqual((await readState(connection, migrations)).newer, ['9001-expanding'])
    assert.equal(await dumpOf(url), before)
  })

  test(`${kind}: R11 an older program is rejected where a newer one has contracted, and told the lowest version`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    await migrate(connection, laterMigrations)
    for (const isMigrating of [true, false]) {
      await assert.rejects(openStore({ url, migrate: isMigrating }), {
        code: 'newer',
        message:
          'The database was written by a newer Countersign (it has 9001-expanding, 9002-contracting). Start version 9.1.0 or a later one; this one, 0.1.0, would damage it.',
      })
    }
    // That version does not know the contracting migration either.
    await requireCurrentSchema(connection, nextMigrations)
  })

  test(`${kind}: R11 what a contracting migration needs holds for all later ones`, async (t) => {
    const { connection } = await freshConnection(t, kind)
    const latest: Migrations = { ...laterMigrations, '9003-expanding': { up: async () => {} } }
    await migrate(connection, latest)
    // As if the database did not name the contracting one.
    await sql`delete from countersign_migrations where name = '9002-contracting'`.execute(connection.db)
    await assert.rejects(requireCurrentSchema(connection, migrations), { code: 'newer', message: /version 9\.1\.0/ })
    await requireCurrentSchema(connection, nextMigrations)
  })

  test(`${kind}: R11 an older program that lacks a migration of its own is rejected`, async (t) => {
    const { connection } = await freshConnection(t, kind)
    await migrate(connection, nextMigrations)
    const branch: Migrations = { ...migrations, '9000-other': { up: async () => {} } }
    await assert.rejects(migrate(connection, branch), { code: 'newer', message: /it has 9001-expanding/ })
  })

  test(`${kind}: R1, R11 a migration that fails leaves the lowest version as it was, and can run again`, async (t) => {
    const { connection, url } = await freshConnection(t, kind)
    await migrate(connection, nextMigrations)
    const before = await dumpOf(url)
    const fails = async () => {
      throw new Error('cut short')
    }
    const latest = (up: () => Promise<void>): Migrations => ({ ...laterMigrations, '9003-fails': { up } })
    await assert.rejects(migrate(connection, latest(fails)), /cut short/)
    assert.equal(await dumpOf(url), before)
    await requireCurrentSchema(connection, migrations)
    assert.deepEqual(
      await migrate(
        connection,
        latest(async () => {}),
      ),
      ['9002-contracting', '9003-fails'],
    )
    await assert.rejects(requireCurrentSchema(connection, migrations), { code: 'newer' })
  })

  test(`${kind}: a database from before there were lowest versions is migrated`, async (t) => {
    const { connection } = await freshConnection(t, kind)
    const [former, later] = [upTo18(migrations), Object.keys(nextMigrations).filter((name) => name > '0019')]
    await migrate(connection, former)
    const tables = await connection.db.introspection.getTables()
    assert.ok(!tables.some(({ name }) => name === 'countersign_compatibility'))
    assert.deepEqual(await migrate(connection, nextMigrations), later)
    await requireCurrentSchema(connection, migrations)
  })
}

function upTo18(all: Migrations): Migrations {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name < '0019'))
}
