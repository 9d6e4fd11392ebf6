/** Backups and restores: whole, from each database into each, and all or nothing. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { stateOf } from '../../src/keys/stored-key.ts'
import { backedUpTables, endedByRestore } from '../../src/store/backed-up-tables.ts'
import { endAllIn, openStore } from '../../src/store/open.ts'
import { backUp, restore } from '../support/backups.ts'
import { aClient } from '../support/clients.ts'
import { type DatabaseKind, databaseKinds, freshDatabase, preparedDatabase } from '../support/databases.ts'
import { givenGrant } from '../support/grants.ts'
import { countRows, query } from '../support/rows.ts'
import { startOfTests, startServer } from '../support/server.ts'
import { aUser } from '../support/users.ts'

/** What a restore changes by itself. */
const changed: readonly string[] = ['signing_keys', 'restores']

/** Texts and numbers that a format might not keep. */
const difficult = 'Zoë "\\" \u2028 \u{1f512}\n\t\u0001'

/** A server's database with something in each part of it. */
async function givenDatabase(t: TestContext, kind: DatabaseKind): Promise<string> {
  const server = await startServer(t, { database: kind })
  const { store } = server.server.context
  await store.users.insert(Array.from({ length: 600 }, (_, at) => aUser(`user-${at}`, { fullName: difficult })))
  await store.clients.insert(aClient({ id: 'app' }), 'hash', startOfTests)
  await store.incidents.insert({
    kind: 'refresh_token_reused',
    grantId: 'grant',
    clientId: 'app',
    userId: 'tim',
    first: { requestId: 'first', address: '127.0.0.1', userAgent: null, happenedAt: startOfTests },
    second: { requestId: 'second', address: '127.0.0.1', userAgent: difficult, happenedAt: 2 ** 40 },
  })
  await givenGrant(server, { clientId: 'app', sessionId: 'session' })
  // While it runs, it notes its issuer again after a restore.
  await server.server.close()
  return server.databaseUrl
}

/** The tables that a restore takes from the backup: for each the number of its rows, and their hash. */
async function contentsOf(url: string): Promise<Readonly<Record<string, string>>> {
  const tables = backedUpTables.filter((table) => !changed.includes(table))
  const entries = await Promise.all(
    tables.map(async (table) => {
      const rows = await query(url, `select * from "${table}"`)
      return [table, `${rows.length} ${hash('sha256', rows.map(textOf).toSorted().join())}`] as const
    }),
  )
  return Object.fromEntries(entries)
}

/** Migrations have added the columns in another order in each database, and PostgreSQL's driver returns large numbers as text. */
function textOf(row: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])
  return JSON.stringify(entries.toSorted())
}

for (const kind of databaseKinds) {
  test(`${kind}: a backup has every table, or a restore ends what is in it`, async (t) => {
    const { url, remove } = await preparedDatabase(kind)
    t.after(remove)
    const names =
      kind === 'sqlite'
        ? "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        : 'select tablename as name from pg_tables where schemaname = current_schema()'
    const tables = (await query(url, names)).map(({ name }) => String(name))
    assert.deepEqual(
      // Migrations keep notes of themselves, which belong to the database and not to what is in it.
      tables.filter((table) => !table.startsWith('countersign_')).toSorted(),
      [...backedUpTables, ...endedByRestore].toSorted(),
    )
  })

  test(`${kind}: what is in the database is replaced only when that is asked for, and R10 wholly or not at all`, async (t) => {
    const source = await givenDatabase(t, kind)
    const target = await givenDatabase(t, kind)
    const store = await openStore({ url: target, migrate: false })
    t.after(store.close)
    await store.users.insert([aUser('only here')])
    const backup = await backUp(source)
    const before = await contentsOf(target)

    await assert.rejects(restore(target, backup), { name: 'StoreError', code: 'not_empty' })
    const cut = backup.subarray(0, backup.length - 100)
    const restoring = restore(target, backup, { replaces: true, second: cut })
    await assert.rejects(restoring, { name: 'BackupError', code: 'damaged' })
    assert.deepEqual(await contentsOf(target), before)
    assert.equal(await countRows(target, 'restores'), 0)
    assert.ok((await countRows(target, 'grants')) > 0)

    await restore(target, backup, { replaces: true })
    assert.deepEqual(await contentsOf(target), await contentsOf(source))
    for (const table of endedByRestore) assert.equal(await countRows(target, table), 0, table)
  })

  test(`${kind}: what a restore ends can be ended alone, in a database that was restored by other means`, async (t) => {
    const url = await givenDatabase(t, kind)
    const before = await contentsOf(url)
    await endAllIn(url, { backupMadeAt: null, now: () => startOfTests, keys: [] })
    assert.deepEqual(await contentsOf(url), before)
    for (const table of endedByRestore) assert.equal(await countRows(url, table), 0, table)
    const [restored] = await query(url, 'select tokens_valid_from, backup_made_at from restores')
    assert.deepEqual([Number(restored?.['tokens_valid_from']), restored?.['backup_made_at']], [startOfTests + 1, null])
    assert.deepEqual(await query(url, 'select key_id from signing_keys where revoked_at is null'), [])
  })
}

for (const [kind, target] of [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const) {
  test(`${kind} to ${target}: a restore has the rows of the backup's beginning, new keys, and nothing that a login left`, async (t) => {
    const source = await givenDatabase(t, kind)
    const server = await openStore({ url: source, migrate: false })
    t.after(server.close)
    const before = await contentsOf(source)
    const backup = await backUp(source, {
      afterSnapshot: async () => {
        await server.users.insert([aUser('later')])
        await server.subjects.remove('user-7', startOfTests)
      },
    })
    const { url, remove } = await freshDatabase(target)
    t.after(remove)

    await restore(url, backup)

    assert.deepEqual(await contentsOf(url), before)
    for (const table of endedByRestore) assert.equal(await countRows(url, table), 0, table)
    const store = await openStore({ url, migrate: false })
    t.after(store.close)
    assert.equal(await store.restores.tokensValidFrom(), startOfTests + 1001)
    const former = await query(source, 'select key_id from signing_keys')
    const keys = await store.signingKeys.list()
    assert.equal(keys.length, 2 * former.length)
    for (const { key_id: id } of former) {
      const key = keys.find(({ keyId }) => keyId === id)
      assert.ok(key && stateOf(key) === 'revoked')
      assert.equal(key.sealedPrivateKey, '')
    }
  })
}

test('a backup with rows that refer to missing ones changes nothing, and names the table', async (t) => {
  const source = await givenDatabase(t, 'sqlite')
  const another = new DatabaseSync(source.slice('sqlite:'.length), { enableForeignKeyConstraints: false })
  another.exec("insert into profiles select 'nobody', 'nobody', 'nobody', null, 0, null, null, 1, null")
  another.close()
  const backup = await backUp(source)
  for (const target of databaseKinds) {
    const { url, remove } = await preparedDatabase(target)
    t.after(remove)
    const refused = { name: 'StoreError', code: 'not_restorable', message: /for profiles: / }
    await assert.rejects(restore(url, backup, { replaces: true }), refused)
    assert.equal(await countRows(url, 'subjects'), 0)
  }
})
