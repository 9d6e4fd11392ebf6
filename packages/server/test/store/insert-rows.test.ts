/** Rows of a backup or of another database: any number of them, and columns of any name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertRows } from '../../src/store/insert-rows.ts'
import { connect } from '../../src/store/open.ts'
import { databaseKinds, migratedDatabase } from '../support/databases.ts'
import { countRows } from '../support/rows.ts'

const columns = ['tokens_valid_from', 'backup_made_at']

for (const kind of databaseKinds) {
  test(`${kind}: more values than one statement takes are inserted`, async (t) => {
    const { url, remove } = await migratedDatabase(kind)
    const connection = await connect({ url, migrate: false })
    t.after(() => connection.close().then(remove))
    const rows = Array.from({ length: 40_000 }, (_, at) => [at, null])
    await insertRows(connection, { table: 'restores', columns, rows })
    assert.equal(await countRows(url, 'restores'), rows.length)
    const changed = rows.map(([at]) => [at ?? 0, 7])
    await insertRows(connection, { table: 'restores', columns, rows: changed, replacing: ['tokens_valid_from'] })
    assert.equal(await countRows(url, 'restores'), rows.length)
  })

  test(`${kind}: the name of a column ends no statement`, async (t) => {
    const { url, remove } = await migratedDatabase(kind)
    const connection = await connect({ url, migrate: false })
    t.after(() => connection.close().then(remove))
    const hostile = ['tokens_valid_from', 'backup_made_at") values (1, 2), ("3", "4'] as const
    await assert.rejects(
      insertRows(connection, { table: 'restores', columns: hostile, rows: [[5, 6]] }),
      /no column|does not exist/,
    )
    assert.equal(await countRows(url, 'restores'), 0)
  })
}
