/** A database that is not ours, damaged or newer is rejected with a precise message, and left as it is. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { StoreError } from '../../src/store/errors.ts'
import { migrateStore, openStore } from '../../src/store/open.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { databaseKinds, type FreshDatabase, freshDatabase } from '../support/databases.ts'

async function migrated(test: TestContext, kind: 'sqlite' | 'postgres'): Promise<FreshDatabase> {
  const database = await freshDatabase(kind)
  test.after(database.remove)
  await migrateStore(database.url)
  return database
}

const pathOf = (database: FreshDatabase) => database.url.slice('sqlite:'.length)

async function execute(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    database.exec(statement)
    database.close()
    return
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

for (const kind of databaseKinds) {
  test(`${kind}: migrations run once, and a current database needs none`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    assert.equal((await migrateStore(database.url))[0], '0001-foundation')
    assert.deepEqual(await migrateStore(database.url), [])
    await (await openStore({ url: database.url, migrate: false })).close()
  })

  test(`${kind}: a database without our tables is not served before it is migrated`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    await assert.rejects(openStore({ url: database.url, migrate: false }), {
      code: 'not_migrated',
      message: /countersign -- migrate/,
    })
  })

  test(`${kind}: a database written by a newer program is rejected`, async (t) => {
    const database = await migrated(t, kind)
    await execute(database.url, "insert into countersign_migrations values ('9999-the-future', '2030-01-01')")
    for (const migrate of [true, false]) {
      await assert.rejects(openStore({ url: database.url, migrate }), {
        code: 'newer',
        message: /it has 9999-the-future/,
      })
    }
  })
}

for (const table of ['users', 'items', 'signing_keys', 'throttle', 'traces']) {
  test(`postgres: a database with a table ${table} of another program is rejected`, async (t) => {
    const database = await freshDatabase('postgres')
    t.after(database.remove)
    await execute(database.url, `create table ${table} (name text)`)
    await assert.rejects(openStore({ url: database.url, migrate: true }), {
      code: 'foreign',
      message: /another program/,
    })
  })
}

test('R6 sqlite: a database of another program is rejected and not changed', async (t) => {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  await execute(database.url, 'create table users (name text); insert into users values (1)')
  const before = readFileSync(pathOf(database))
  await assert.rejects(openStore({ url: database.url, migrate: true }), {
    code: 'foreign',
    message: /of another program/,
  })
  assert.deepEqual(readFileSync(pathOf(database)), before)
})

const damages: readonly { what: string; harm: (path: string) => void; code: string }[] = [
  { what: 'cut to nothing', harm: (path) => truncateSync(path, 0), code: 'corrupt' },
  { what: 'cut in half', harm: (path) => truncateSync(path, statSync(path).size / 2), code: 'corrupt' },
  { what: 'overwritten in its middle', harm: (path) => scribble(path, 4096, 3 * 4096), code: 'corrupt' },
  { what: 'overwritten within its header', harm: (path) => scribble(path, 16, 100), code: 'corrupt' },
  { what: 'overwritten at its head', harm: (path) => scribble(path, 0, 100), code: 'foreign' },
]

for (const { what, harm, code } of damages) {
  test(`R6 sqlite: a file ${what} is rejected and never replaced`, async (t) => {
    const database = await migrated(t, 'sqlite')
    harm(pathOf(database))
    const damaged = readFileSync(pathOf(database))
    await assert.rejects(openStore({ url: database.url, migrate: true }), { code, message: /left as it is|empty file/ })
    assert.deepEqual(readFileSync(pathOf(database)), damaged)
  })
}

function scribble(path: string, from: number, to: number): void {
  const bytes = readFileSync(path)
  bytes.fill(0xa5, from, to)
  writeFileSync(path, bytes)
}

test('R5 sqlite: a missing database is not made by serve', async (t) => {
  const database = await migrated(t, 'sqlite')
  rmSync(pathOf(database))
  await assert.rejects(openStore({ url: database.url, migrate: false }), { code: 'not_migrated' })
  assert.throws(() => statSync(pathOf(database)), { code: 'ENOENT' })
})

for (const length of [250, 300, 5000]) {
  test(`sqlite: a name of ${length} characters, too long for the file system, is a StoreError`, async (t) => {
    const database = await freshDatabase('sqlite')
    t.after(database.remove)
    const url = `sqlite:${join(dirname(pathOf(database)), 'x'.repeat(length))}`
    await assert.rejects(openStore({ url, migrate: true }), {
      name: 'StoreError',
      code: 'unwritable',
      message: /cannot be opened for writing\. Check the path/,
    })
    assert.deepEqual(readdirSync(dirname(pathOf(database))), [])
  })
}

test('sqlite: the connection that writes commits durably, enforces foreign keys and overwrites what it deletes', async (t) => {
  const database = await migrated(t, 'sqlite')
  const { db, close } = openSqlite(pathOf(database), false)
  t.after(close)
  const settings = {
    journal_mode: 'wal',
    // FULL: each commit is on the disk when it returns.
    synchronous: 2,
    // On macOS only F_FULLFSYNC makes the disk write what it has in its cache.
    fullfsync: 1,
    checkpoint_fullfsync: 1,
    foreign_keys: 1,
    trusted_schema: 0,
    // FAST: deleted rows are overwritten where that costs no further write.
    secure_delete: 2,
    application_id: 0x4353474e,
  }
  for (const [name, value] of Object.entries(settings)) {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
    assert.equal(rows[0]?.[name], value, name)
  }
})

test('postgres: a URL that the driver does not take is a sentence, without the password', async () => {
  const urls = {
    '/db?sslmode=verify-full&sslrootcert=/nowhere/ca.pem': /ENOENT: .*\/nowhere\/ca\.pem/,
    '/db?uselibpqcompat=true&sslmode=verify-ca': /requires specifying a CA with sslrootcert/,
    '/db?sslnegotiation=never': /Invalid sslnegotiation value/,
    '/%ff': /URI malformed/,
  }
  for (const [rest, reason] of Object.entries(urls)) {
    await assert.rejects(openStore({ url: `postgres://app:hidden@127.0.0.1:1${rest}`, migrate: false }), (error) => {
      assert.ok(error instanceof StoreError, `${rest}: ${error}`)
      assert.match(error.message, reason)
      assert.match(error.message, /^PostgreSQL cannot be reached: [^\n]* Check DATABASE_URL\.$/)
      assert.ok(!error.message.includes('hidden'))
      return true
    })
  }
})
