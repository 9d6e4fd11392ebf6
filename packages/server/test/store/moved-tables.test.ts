/** What a move knows of the tables is what the database says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyColumns, movedTables, referredTo } from '../../src/store/move/moved-tables.ts'
import { databaseKinds, migratedDatabase } from '../support/databases.ts'
import { query } from '../support/rows.ts'

for (const kind of databaseKinds) {
  test(`${kind}: the keys of the tables are those of the database, and what others refer to has no other unique columns`, async (t) => {
    const { url, remove } = await migratedDatabase(kind)
    t.after(remove)
    const keys = new Map<string, string[]>()
    const referred = new Set<string>()
    const unique = new Map<string, number>()
    for (const table of movedTables) {
      const found = await query(url, kind === 'sqlite' ? sqliteKeys(table) : postgresKeys(table))
      keys.set(
        table,
        found.map(({ name }) => String(name)),
      )
      for (const { name } of await query(url, kind === 'sqlite' ? sqliteReferences(table) : postgresReferences(table)))
        referred.add(String(name))
      const [row] = await query(url, kind === 'sqlite' ? sqliteUnique(table) : postgresUnique(table))
      unique.set(table, Number(row?.['count']))
    }
    assert.deepEqual(Object.fromEntries(keys), keyColumns)
    assert.deepEqual([...referred].toSorted(), [...referredTo].toSorted())
    for (const table of referredTo) assert.equal(unique.get(table), 0, table)
    assert.ok((unique.get('profiles') ?? 0) > 0)
  })
}

const sqliteKeys = (table: string) => `select name from pragma_table_info('${table}') where pk > 0 order by pk`
const postgresKeys = (table: string) => `select attname as name from pg_index
  join pg_attribute on attrelid = indrelid and attnum = any(indkey)
  where indrelid = '${table}'::regclass and indisprimary order by array_position(indkey::int2[], attnum)`
const sqliteReferences = (table: string) => `select "table" as name from pragma_foreign_key_list('${table}')`
const postgresReferences = (table: string) =>
  `select confrelid::regclass::text as name from pg_constraint where contype = 'f' and conrelid = '${table}'::regclass`
const sqliteUnique = (table: string) =>
  `select count(*) as count from pragma_index_list('${table}') where "unique" = 1 and origin <> 'pk'`
const postgresUnique = (table: string) =>
  `select count(*) as count from pg_index where indrelid = '${table}'::regclass and indisunique and not indisprimary`
