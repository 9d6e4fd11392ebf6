/** A migration happens wholly or not at all, on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'

/** Ends after its first two statements, as a process does that is killed. */
const cutShort: Migration = {
  up: async (db: Kysely<unknown>) => {
    await db.schema.createTable('first').addColumn('id', 'integer').execute()
    await db.schema.alterTable('first').addColumn('second', 'integer').execute()
    throw new Error('cut short')
  },
}

for (const kind of databaseKinds) {
  test(`${kind}: R1 a migration that is cut short leaves nothing behind, and can be run again`, async (t) => {
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
}
