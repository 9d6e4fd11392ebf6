/** The username that somebody types, in statements for SQL databases: compared as the application does, and never a part of the statement. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { sqlDirectory } from '../../../src/users/directories/sql.ts'
import type { SqlDirectoryOptions } from '../../../src/users/directories/sql-options.ts'
import { administer, postgresUrl } from '../../support/databases.ts'
import { problemsIn, soon } from '../../support/directories/questions.ts'
import { mysql, mysqlWith, onPostgres, opened, people, postgresWith } from '../../support/directories/sql-databases.ts'
import { howToGetMysql } from '../../support/mariadb.ts'

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
  // The collation compares it as equal; it is not the name of this user.
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
