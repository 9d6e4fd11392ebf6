/** Migrations only expand: the version before runs on the database of the next one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import type { StoreMigration } from '../../src/store/migration.ts'
import { migrations } from '../../src/store/migration-list.ts'
import { type PlannedMigration, planMigrations } from '../../src/store/migration-plan.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import * as expanding from '../support/expanding-migration.ts'
import { laterMigrations } from '../support/next-migrations.ts'

/** Later ones only expand. */
const lastContracting = '0018-login-by-email'

/** Each by itself: what an earlier one creates may be in use when it runs. */
async function planOf(kind: DatabaseKind, migration: StoreMigration): Promise<PlannedMigration> {
  const [planned] = await planMigrations(kind, { one: migration }, ['one'])
  assert.ok(planned)
  return planned
}

const contractingSteps: Readonly<Record<string, (db: Kysely<unknown>) => Promise<unknown>>> = {
  'drops a table': (db) => db.schema.dropTable('items').execute(),
  'renames a table': (db) => db.schema.alterTable('items').renameTo('things').execute(),
  'drops a column': (db) => db.schema.alterTable('grants').dropColumn('scope').execute(),
  'renames a column': (db) => db.schema.alterTable('consents').renameColumn('allowed', 'scope').execute(),
  'changes the type of a column': (db) =>
    db.schema
      .alterTable('grants')
      .alterColumn('scope', (column) => column.setDataType('integer'))
      .execute(),
  'makes a column NOT NULL': (db) =>
    db.schema
      .alterTable('grants')
      .alterColumn('session_id', (column) => column.setNotNull())
      .execute(),
  'adds a column NOT NULL without a default': (db) =>
    db.schema
      .alterTable('grants')
      .addColumn('note', 'text', (column) => column.notNull())
      .execute(),
  'adds a column with a default that is computed': (db) =>
    db.schema
      .alterTable('grants')
      .addColumn('note', 'text', (column) => column.defaultTo(sql`random()`))
      .execute(),
  'adds a unique column': (db) =>
    db.schema
      .alterTable('grants')
      .addColumn('note', 'text', (column) => column.unique())
      .execute(),
  'adds a column with a check': (db) =>
    db.schema
      .alterTable('grants')
      .addColumn('note', 'integer', (column) => column.check(sql`note > 0`))
      .execute(),
  'adds a constraint': (db) => db.schema.alterTable('grants').addUniqueConstraint('one_note', ['scope']).execute(),
  'adds a column and drops another one': (db) =>
    db.schema.alterTable('grants').addColumn('note', 'text').dropColumn('scope').execute(),
  'creates an index on a table in use': (db) => db.schema.createIndex('notes').on('grants').column('scope').execute(),
  'drops an index': (db) => db.schema.dropIndex('grants_client').execute(),
  'changes rows': (db) => sql`update grants set scope = ''`.execute(db),
  'deletes rows': (db) => sql`delete from grants`.execute(db),
  'changes a table by SQL as text': (db) => sql`alter table grants add column note text`.execute(db),
}

for (const kind of databaseKinds) {
  test(`${kind}: S8 each migration after ${lastContracting} only expands, or names the lowest version that may run after it`, async () => {
    for (const [name, migration] of Object.entries(migrations)) {
      if (name <= lastContracting) continue
      const { expands, steps } = await planOf(kind, migration)
      if (expands) continue
      assert.ok(migration.lowest, `${name} contracts: ${steps.join('; ')}`)
      assert.ok(migration.lowest.migration < name, `${name} names itself as the lowest version`)
      assert.ok(migration.lowest.migration in migrations, `${migration.lowest.migration} does not exist`)
    }
  })

  for (const [what, up] of Object.entries(contractingSteps)) {
    test(`${kind}: S8 a migration that ${what} does not only expand`, async () => {
      const migration = {
        up: async (db: Kysely<unknown>) => {
          await up(db)
        },
      }
      assert.equal((await planOf(kind, migration)).expands, false)
    })
  }

  test(`${kind}: a migration that creates tables with indexes, and adds columns and rows, only expands, and its tables are known`, async () => {
    assert.deepEqual(await planOf(kind, expanding), {
      name: 'one',
      expands: true,
      lowestVersion: undefined,
      steps: [
        ...['grants', 'sessions', 'refresh_tokens', 'authorization_codes', 'signing_keys', 'subjects'].flatMap(
          (table) => [`adds the column next_note to ${table}`, `adds the column next_count to ${table}`],
        ),
        'creates the table next_things',
        'creates the index next_things_subject on next_things',
      ],
      locks: ['grants', 'sessions', 'refresh_tokens', 'authorization_codes', 'signing_keys', 'subjects'],
      indexes: expanding.indexes,
    })
    const referring = await planOf(kind, {
      up: async (db) => {
        await db.schema
          .createTable('notes')
          .addColumn('subject_id', 'text')
          .addColumn('grant_id', 'text', (column) => column.references('grants.id'))
          .addForeignKeyConstraint('notes_subject', ['subject_id'], 'subjects', ['id'])
          .execute()
        await sql`insert into former_defaults (name) values ('a')`.execute(db)
      },
    })
    assert.deepEqual([referring.expands, referring.locks], [true, ['grants', 'subjects']])
  })

  test(`${kind}: a migration that names a lowest version contracts, whatever it does`, async () => {
    const planned = await planMigrations(kind, laterMigrations, ['9001-expanding', '9002-contracting'])
    assert.deepEqual(
      planned.map(({ expands, lowestVersion }) => [expands, lowestVersion]),
      [
        [true, undefined],
        [false, '9.1.0'],
      ],
    )
    const harmless = { up: async () => {}, lowest: { migration: 'a', version: '9.1.0' } }
    assert.equal((await planOf(kind, harmless)).expands, false)
  })
}
