/** What only directories in SQL databases do. The rest is in contract.test.ts. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { kindOf, openDatabase } from '../../../src/users/directories/sql/open-database.ts'
import { sqlDirectory } from '../../../src/users/directories/sql.ts'
import type { SqlDirectoryOptions } from '../../../src/users/directories/sql-options.ts'
import { administer, postgresUrl } from '../../support/databases.ts'
import {
  inEachDatabase,
  mysql,
  mysqlWith,
  onPostgres,
  postgresWith,
  sqliteWith,
} from '../../support/directories/sql-databases.ts'
import { howToGetMysql } from '../../support/mariadb.ts'

const people = {
  table: 'people',
  columns: { username: 'login', passwordHash: 'hash' },
  disabled: {},
} as const

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

test('usernames are compared as the application does', async (t) => {
  const tables = `create table people (id integer primary key, login text, hash text);
    insert into people values (1, 'mira', null), (2, 'Otto', null), (3, 'pia', null), (4, 'Pia', null)`
  const url = await postgresWith(t, tables)
  const keys = async (usernameCase: SqlDirectoryOptions['usernameCase'] & string, names: readonly string[]) => {
    const directory = await opened(t, { ...people, url, usernameCase })
    return await Promise.all(names.map(async (name) => (await directory.find(name, soon()))?.key))
  }
  const names = ['mira', 'MIRA', 'otto', 'Otto', 'pia', 'PIA']
  assert.deepEqual(await keys('exact', names), ['1', undefined, undefined, '2', '3', undefined])
  assert.deepEqual(await keys('lower-case', names), ['1', '1', undefined, undefined, '3', '3'])
  // There is a pia and a Pia.
  assert.deepEqual(await keys('ignore', names), ['1', '1', '2', '2', undefined, undefined])
  const problems = async () => await problemsIn(await opened(t, { ...people, url, usernameCase: 'ignore' }))
  assert.deepEqual(await problems(), [
    'Look-ups by username read the whole table: create an index: create index on "people" (lower("login"))',
  ])
  await onPostgres(url, 'create index on people (lower(login))')
  assert.deepEqual(await problems(), [])
})

test('the statement that is printed creates the index that was missing, in each database', async (t) => {
  // A word of SQL, and a name in capitals.
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

test('a name that the column of usernames cannot have is the name of nobody, and no failure of the database', async (t) => {
  const columns = {
    bigint: '123456789012',
    numeric: '4711',
    uuid: '6f4df8dc-1c1c-4ee5-8ab8-8a3b0b2b6a01',
  }
  for (const [type, login] of Object.entries(columns)) {
    const tables = `create table people (id integer primary key, login ${type} unique, hash text);
      insert into people values (1, '${login}', 'h')`
    const directory = await opened(t, { ...people, url: await postgresWith(t, tables) })
    assert.equal((await directory.find(login, soon()))?.key, '1', type)
    for (const typed of ['mira', '1.2.3', '', '9'.repeat(17), '-1 or 1=1', '0x7', ' ', 'NaN', '٣']) {
      assert.equal(await directory.find(typed, soon()), undefined, `${type} ${typed}`)
    }
    // One more than the column can have.
    assert.deepEqual(await directory.read(['2147483648'], soon()), [])
  }
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

test('MySQL: a name with characters that the column cannot have is nobody, and the index is used', async (t) => {
  const url = await mysqlWith(
    t,
    `create table people (id integer primary key, login varchar(99) unique, hash varchar(99))
      character set latin1 collate latin1_german1_ci;
    insert into people values (1, 'josé', null), (2, 'm?ra', null)`,
  )
  if (url === undefined) return skipWithout(t, howToGetMysql)
  const directory = await opened(t, { ...people, url })
  assert.equal((await directory.find('JOSÉ', soon()))?.key, '1')
  for (const name of ['мira', 'm\u{1f40d}ra', 'иван']) assert.equal(await directory.find(name, soon()), undefined)
  // The collation holds them to be equal; they are not the name of this user.
  assert.equal(await directory.find('jose', soon()), undefined)
  assert.deepEqual(await problemsIn(directory), [])
})

test('PostgreSQL: a name with characters that the encoding of the database lacks is nobody, and no outage', async (t) => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name} encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`)
  t.after(() => administer(`drop database ${name} with (force)`))
  const url = postgresUrl(name)
  await onPostgres(
    url,
    "create table people (id int, login text, hash text); insert into people values (1, 'josé', 'h')",
  )
  const directory = await sqlDirectory({ ...people, url }).open()
  t.after(() => directory.close())
  const { signal } = new AbortController()
  assert.equal((await directory.find('josé', signal))?.key, '1')
  for (const username of ['иван', '😀', 'jose\u0301\u0301']) {
    assert.equal(await directory.find(username, signal), undefined, username)
  }
})

test('MySQL: NO_BACKSLASH_ESCAPES opens no way into the statement', async (t) => {
  const tables =
    "create table people (id integer primary key, login varchar(99), hash varchar(99)); insert into people values (1, 'mira', null)"
  const url = await mysqlWith(t, tables)
  if (mysql === undefined || url === undefined) return skipWithout(t, howToGetMysql)
  await mysql.run("set global sql_mode = 'NO_BACKSLASH_ESCAPES'")
  t.after(() => mysql?.run("set global sql_mode = ''"))
  const directory = await opened(t, { ...people, url })
  assert.equal((await directory.find('mira', soon()))?.key, '1')
  assert.equal(await directory.find("\\' or 1=1 -- ", soon()), undefined)
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

async function opened(t: TestContext, options: SqlDirectoryOptions): Promise<Directory> {
  const directory = await sqlDirectory(options).open()
  t.after(directory.close)
  return directory
}

async function problemsIn(directory: Directory): Promise<readonly string[]> {
  const findings = await directory.inspect(soon())
  return findings.filter(({ isProblem }) => isProblem).map(({ message }) => message)
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000)
}
