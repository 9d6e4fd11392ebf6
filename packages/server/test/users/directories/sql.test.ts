/** What only directories in SQL databases do; for usernames see sql-usernames.test.ts. The rest is in contract.test.ts. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { kindOf, openDatabase } from '../../../src/users/directories/sql/open-database.ts'
import type { SqlDirectoryOptions } from '../../../src/users/directories/sql-options.ts'
import { problemsIn, soon } from '../../support/directories/questions.ts'
import {
  inEachDatabase,
  mysql,
  mysqlWith,
  opened,
  people,
  postgresWith,
  sqliteWith,
} from '../../support/directories/sql-databases.ts'
import { howToGetMysql } from '../../support/mariadb.ts'

test('each kind of database is opened for reading only, unless it is writable', async (t) => {
  for (const url of await inEachDatabase(t, 'create table people (login text)')) {
    const insertInto = async (isWritable: boolean) => {
      const kind = kindOf(url)
      assert.ok(kind)
      const database = await openDatabase(kind, { url, isWritable, timeoutMs: 3000 })
      try {
        await database.run(sql`insert into people values ('eve')`)
      } finally {
        await database.close()
      }
    }
    await assert.rejects(insertInto(false), /read.?only/i, url)
    await insertInto(true)
  }
})

test('the statement that is printed creates the index that was missing, in each database', async (t) => {
  // A keyword of SQL, and a name with a capital letter.
  const tables = 'create table "user" (id integer, "Login" varchar(99), hash varchar(99))'
  const columns = { username: 'Login', passwordHash: 'hash' }
  const check = async (options: Pick<SqlDirectoryOptions, 'url' | 'table' | 'usernameCase'>) =>
    await problemsIn(await opened(t, { columns, disabled: {}, ...options }))
  const statementOf = (message: string) => /: create an index: (create .*)$/.exec(message)?.[1] ?? message
  const inMysql = await mysqlWith(t, tables.replaceAll('"', '`'))
  const places: readonly Parameters<typeof check>[0][] = [
    { url: await sqliteWith(t, tables), table: 'main.user' },
    { url: await sqliteWith(t, tables), table: 'user', usernameCase: 'ignore' },
    { url: await postgresWith(t, tables), table: 'public.user' },
    { url: await postgresWith(t, tables), table: 'user', usernameCase: 'ignore' },
    ...(inMysql === undefined ? [] : [{ url: inMysql, table: 'user' }]),
  ]
  for (const place of places) {
    const missing = await check(place)
    assert.equal(missing.length, 2, place.url)
    for (const message of missing) await execute(place.url, statementOf(message))
    assert.deepEqual(await check(place), [], place.url)
  }
  if (inMysql === undefined) return skipWithout(t, howToGetMysql)
  assert.deepEqual(await check({ url: inMysql, table: 'user', usernameCase: 'ignore' }), [
    "Look-ups by username read the whole table: set usernameCase to 'exact', with a collation of the column that ignores letter case",
  ])
})

test('groups come from a table of memberships, with the name or with a key', async (t) => {
  const url = await sqliteWith(
    t,
    `create table people (id integer primary key, login text, hash text);
    create table member (person integer, team text);
    create table team (id text primary key, title text);
    insert into people values (1, 'mira', null), (2, 'otto', null);
    insert into member values (1, 'a'), (1, 'b'), (2, 'b');
    insert into team values ('a', 'Accounting'), ('b', 'Bakery')`,
  )
  const groupsOf = async (groups: SqlDirectoryOptions['groups'] & {}) => {
    const users = await (await opened(t, { ...people, url, groups })).read(['1', '2'], soon())
    return users.map((user) => user.groups)
  }
  const plain = { table: 'member', user: 'person', group: 'team' }
  assert.deepEqual(await groupsOf(plain), [['a', 'b'], ['b']])
  const names = { table: 'team', key: 'id', name: 'title' }
  assert.deepEqual(await groupsOf({ ...plain, names }), [['Accounting', 'Bakery'], ['Bakery']])
})

test('only rows with the values of `where` are users', async (t) => {
  const tables = `create table people (id integer primary key, login text, hash text, tenant text, is_robot boolean);
    insert into people values (1, 'mira', null, 'north', false), (2, 'mira', null, 'south', false), (3, 'rob', null, 'north', true)`
  for (const url of [await sqliteWith(t, tables), await postgresWith(t, tables)]) {
    const directory = await opened(t, { ...people, url, where: { tenant: 'north', is_robot: false } })
    assert.equal((await directory.find('mira', soon()))?.key, '1')
    assert.equal(await directory.find('rob', soon()), undefined)
    assert.deepEqual(
      (await directory.read(['1', '2', '3'], soon())).map(({ key }) => key),
      ['1'],
    )
    assert.deepEqual(
      (await directory.list(undefined, 9, soon())).map(({ key }) => key),
      ['1'],
    )
  }
})

test('names of tables and columns are names, whatever is in them', async (t) => {
  const url = await sqliteWith(
    t,
    `create table "the ""people"" as x" (id integer primary key, "log; in" text, "ha'sh" text);
    insert into "the ""people"" as x" values (1, 'mira', 'h')`,
  )
  const columns = { username: 'log; in', passwordHash: "ha'sh" }
  const directory = await opened(t, { url, table: 'the "people" as x', columns, disabled: {} })
  assert.equal((await directory.find('mira', soon()))?.passwordHash, 'h')
  const missing = await opened(t, { ...people, url, table: 'the "people" as x' })
  assert.deepEqual(await problemsIn(missing), [
    'The table the "people" as x has no column login.',
    'The table the "people" as x has no column hash.',
  ])
  await assert.rejects(missing.find('mira', soon()), /no such column: "login"/)
  const none = await opened(t, { ...people, url })
  assert.deepEqual(await problemsIn(none), [
    'The database cannot be used: The database has no table or view people, or it must not be read.',
  ])
})

test('a column that may take rights away, and that no rule reads, is a problem until it is decided', async (t) => {
  const url = await sqliteWith(
    t,
    'create table people (id integer primary key, login text unique, hash text, suspended_at text, order_status text)',
  )
  const message = (column: string) =>
    `The column ${column} may say that a user is disabled, and no rule reads it: add it to \`disabled\`, with null if it says nothing of this kind.`
  assert.deepEqual(await problemsIn(await opened(t, { ...people, url })), ['suspended_at', 'order_status'].map(message))
  const disabled = { suspended_at: 'set', order_status: null } as const
  assert.deepEqual(await problemsIn(await opened(t, { ...people, url, disabled })), [])
})

test('a view is a table, and its plan is that of its tables', async (t) => {
  const url = await postgresWith(
    t,
    `create table people (id uuid primary key, login text unique, hash text);
    create view active_people as select id, login, hash from people where hash is not null;
    insert into people values ('6f4df8dc-1c1c-4ee5-8ab8-8a3b0b2b6a01', 'mira', 'h')`,
  )
  const directory = await opened(t, { ...people, url, table: 'public.active_people' })
  assert.equal((await directory.find('mira', soon()))?.key, '6f4df8dc-1c1c-4ee5-8ab8-8a3b0b2b6a01')
  assert.deepEqual(await directory.read(['no uuid'], soon()), [])
  assert.deepEqual(await problemsIn(directory), [])
})

test('keys beyond 2^53 are exact in each database', async (t) => {
  const tables = `create table people (id bigint primary key, login varchar(99), hash varchar(99));
    insert into people values (9007199254740993, 'mira', null), (9007199254740992, 'otto', null)`
  for (const url of await inEachDatabase(t, tables)) {
    const directory = await opened(t, { ...people, url })
    assert.equal((await directory.find('mira', soon()))?.key, '9007199254740993', url)
    const [read] = await directory.read(['9007199254740993'], soon())
    assert.equal(read?.username, 'mira')
  }
})

test('times without a zone are UTC in each database', async (t) => {
  const tables = `create table people (id integer primary key, login varchar(99), hash varchar(99), banned_until timestamp null);
    insert into people values (1, 'past', null, '2001-02-03 04:05:06'), (2, 'future', null, '2037-02-03 04:05:06'), (3, 'never', null, null)`
  for (const url of await inEachDatabase(t, tables)) {
    const directory = await opened(t, { ...people, url, disabled: { banned_until: 'future' } })
    const users = await directory.list(undefined, 9, soon())
    assert.deepEqual(
      users.map(({ isDisabled }) => isDisabled),
      [false, true, false],
      url,
    )
  }
})

test('MySQL: ssl-mode encrypts, and verifies the certificate where it says so', async (t) => {
  const tables =
    "create table people (id integer primary key, login varchar(99), hash varchar(99)); insert into people values (1, 'mira', null)"
  const url = await mysqlWith(t, tables)
  if (url === undefined) return skipWithout(t, howToGetMysql)
  if (process.env['MYSQL_URL'] !== undefined) return t.skip('nothing is known of the TLS of MYSQL_URL')
  if (!mysql?.hasTls) return skipWithout(t, 'the command openssl is not installed')
  const findWith = async (mode: string) => {
    const directory = await opened(t, { ...people, url: `${url.replace(/\/\/.*@/, '//tls@')}?ssl-mode=${mode}` })
    return (await directory.find('mira', soon()))?.key
  }
  assert.equal(await findWith('required'), '1')
  await assert.rejects(findWith('disabled'), /Access denied/)
  await assert.rejects(findWith('verify_ca'), /self-signed certificate/)
  await assert.rejects(findWith('VERIFY_IDENTITY'), /self-signed certificate/)
})

test('a missing file of SQLite is an outage, and no reason to make one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-directory-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'app.db')
  const directory = await opened(t, { ...people, url: `sqlite:${path}` })
  await assert.rejects(directory.find('mira', soon()), /unable to open database file/)
  const database = new DatabaseSync(path)
  database.exec(
    "create table people (id integer primary key, login text, hash text); insert into people values (1, 'mira', 'h')",
  )
  database.close()
  assert.equal((await directory.find('mira', soon()))?.key, '1')
})

/** As the owner of the tables does. */
async function execute(url: string, statement: string): Promise<void> {
  const kind = kindOf(url)
  assert.ok(kind)
  const database = await openDatabase(kind, { url, isWritable: true, timeoutMs: 3000 })
  try {
    await database.run(sql.raw(statement))
  } finally {
    await database.close()
  }
}
