/** docs/guides/directories/sql.md, followed to the letter: its configuration files, its statements and its commands, on real databases. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { administer } from '../../packages/server/test/support/databases.ts'
import { djangoTables } from '../../packages/server/test/support/directories/django-tables.ts'
import { tealPassword } from '../../packages/server/test/support/directories/people.ts'
import {
  mysql,
  mysqlWith,
  onPostgres,
  postgresWith,
  sqliteWith,
} from '../../packages/server/test/support/directories/sql-databases.ts'
import { howToGetMysql } from '../../packages/server/test/support/mariadb.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { blocksOf, samplesOf, textOf } from '../support/samples.ts'
import { checksOf, guideProject, type LogIn } from './support/guide-project.ts'

const page = 'docs/guides/directories/sql.md'
const [known, own] = samplesOf(page)
const [check, checkUser] = checksOf(page)
const [onItsPostgres = '', onItsMysql = ''] = blocksOf(page, 'sql').map((block) => block.replace('...', 'chosen-71'))
const [, mayWrite = ''] = /`(grant update [^`]+)`/.exec(textOf(page)) ?? []

const hash = '$2b$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC'
/** The tables of the second configuration, in a schema of PostgreSQL or a database of MySQL. */
const shop = `
  create table shop.customers (id bigint primary key, login varchar(99), email varchar(99), email_verified_at timestamp null,
    first_name varchar(99), last_name varchar(99), password varchar(99) default '${hash}', phone varchar(99), is_active boolean,
    banned_until timestamp null, state varchar(9) default 'open');
  create table shop.memberships (customer_id bigint, group_name varchar(99), primary key (customer_id, group_name));
  create table shop.orders (id bigint primary key);
  insert into shop.memberships values (1, 'packers'), (1, 'staff'), (2, 'staff');
  insert into shop.customers (id, login, is_active, banned_until, state) values (1, 'mira@example.com', true, '2024-01-01', 'open'),
    (2, 'inactive', false, null, 'open'), (3, 'undecided', null, null, 'open'), (4, 'banned', true, '2037-01-01', 'open'),
    (5, 'closed', true, null, 'Closed'), (6, 'twin', true, null, 'open'), (7, 'twin', true, null, 'open'), (8, 'Otto', true, null, 'open');
  update shop.customers set email = 'mira@example.com', email_verified_at = '2024-01-01', first_name = 'Mira', last_name = 'Okafor'
    where id = 1`

/** What `directories check --user` says of the first customer. */
const mira =
  '  database: no user has this name.\n  customers: key 1; username mira@example.com; email mira@example.com, verified; name Mira Okafor; groups packers, staff. Enabled. The password is checked here: bcrypt.\n'

/** The first customer logs in, and the others do not. */
async function assertLogins(logIn: LogIn): Promise<void> {
  assert.equal(await logIn('mira@example.com', tealPassword), 200)
  assert.equal(await logIn('mira@example.com', 'teal-heron-43'), 401)
  for (const name of ['inactive', 'undecided', 'banned', 'closed', 'twin', 'nobody'])
    assert.equal(await logIn(name, tealPassword), 401, name)
}

/** The URL with the user that the statements of the guide make. */
function asCountersign(url: string, database?: string): string {
  const own = new URL(url)
  own.username = 'countersign'
  own.password = 'chosen-71'
  if (database !== undefined) own.pathname = `/${database}`
  return own.href
}

async function shopOnPostgres(t: TestContext): Promise<{ owner: string; url: string }> {
  const owner = await postgresWith(t, `create schema shop; ${shop}`)
  await onPostgres(owner, onItsPostgres)
  t.after(() => administer('drop user countersign'))
  return { owner, url: asCountersign(owner) }
}

test('PostgreSQL: the check says what is wrong, its statement mends it, and a user logs in', async (t) => {
  const { owner, url } = await shopOnPostgres(t)
  await onPostgres(owner, 'alter table shop.customers add column blocked_by text')
  const { run, serve } = await guideProject(t, own, { SHOP_DATABASE_URL: url })
  const before = await run(check)
  assert.deepEqual(before.stdout.split('\n'), [
    '  customers: The table shop.customers can be reached.',
    '! customers: The column blocked_by may say that a user is disabled, and no rule reads it: add it to `disabled`, with null if it says nothing of this kind.',
    '! customers: Look-ups by username read the whole table: create an index: create index on "shop"."customers" ("login")',
    '  customers: Look-ups by key use an index.',
    '  customers: Users: 8. Disabled: 4.',
    '',
  ])
  const [statement = ''] = /create index on .*/.exec(before.stdout) ?? []
  await onPostgres(owner, `${statement}; alter table shop.customers drop column blocked_by`)
  const after = await run(check)
  assert.deepEqual(
    [after.code, after.stdout.match(/Look-ups .*/g)],
    [0, ['Look-ups by username use an index.', 'Look-ups by key use an index.']],
  )
  const walk = await run(checkUser)
  assert.deepEqual(walk, { code: 0, stdout: mira, stderr: '' })
  assert.doesNotMatch(before.stdout + after.stdout, /\$2b\$/)
  const logIn = await serve()
  await assertLogins(logIn)
  // As the column compares.
  assert.deepEqual([await logIn('Otto', tealPassword), await logIn('otto', tealPassword)], [200, 401])
})

test('PostgreSQL: the user of the statements may do nothing else, the named columns are enough, and new passwords are written', async (t) => {
  const { owner, url } = await shopOnPostgres(t)
  await assert.rejects(onPostgres(url, 'select * from shop.orders'), /permission denied/)
  await assert.rejects(onPostgres(url, 'update shop.customers set is_active = true'), /permission denied/)
  await assert.rejects(onPostgres(url, 'delete from shop.memberships'), /permission denied/)
  const named =
    'id, login, email, email_verified_at, first_name, last_name, password, phone, is_active, banned_until, state'
  await onPostgres(
    owner,
    `alter table shop.customers add column salary integer; revoke select on shop.customers from countersign;
      grant select (${named}) on shop.customers to countersign; ${mayWrite}`,
  )
  const writable = (code: string) => code.replace('  url: SHOP_DATABASE_URL,\n', (line) => `${line}  writable: true,\n`)
  const { run, serve } = await guideProject(t, own, { SHOP_DATABASE_URL: url }, writable)
  const logIn = await serve()
  assert.equal(await logIn('mira@example.com', tealPassword), 200)
  const changed = await run('npx countersign users passwd mira@example.com', 'four quiet otters')
  assert.deepEqual(changed, { code: 0, stdout: 'Changed the password of mira@example.com.\n', stderr: '' })
  assert.equal(await logIn('mira@example.com', tealPassword), 401)
  assert.equal(await logIn('mira@example.com', 'four quiet otters'), 200)
  await onPostgres(
    owner,
    "do $$ begin assert (select password like '$argon2id$%' from shop.customers where id = 1); end $$",
  )
})

test('MySQL: its statements make a user that is enough, and names are compared without letter case', async (t) => {
  const server = await mysqlWith(t, `create database shop; ${shop}; create index login on shop.customers (login)`)
  if (mysql === undefined || server === undefined) return skipWithout(t, howToGetMysql)
  await mysql.run(onItsMysql)
  t.after(() => mysql?.run('drop database shop; drop user countersign'))
  const { run, serve } = await guideProject(t, own, { SHOP_DATABASE_URL: asCountersign(server, 'shop') })
  const checked = await run(check)
  assert.deepEqual(checked.stdout.split('\n'), [
    '  customers: The table shop.customers can be reached.',
    '  customers: Look-ups by username use an index.',
    '  customers: Look-ups by key use an index.',
    '  customers: Users: 8. Disabled: 4.',
    '',
  ])
  assert.deepEqual(await run(checkUser), { code: 0, stdout: mira, stderr: '' })
  const logIn = await serve()
  await assertLogins(logIn)
  assert.equal(await logIn('otto', tealPassword), 200)
})

test('SQLite: the users of a program that is known', async (t) => {
  const named = "update auth_user set username = 'mira@example.com' where id = 1"
  const url = await sqliteWith(t, `${djangoTables('bool')}; ${named}`)
  const { run, serve } = await guideProject(t, known, { DJANGO_DATABASE_URL: url })
  const { stdout } = await run(check)
  assert.match(
    stdout,
    /Look-ups by username use an index\.\n.*Look-ups by key use an index\.\n.*Users: 5\. Disabled: 1\.$/m,
  )
  assert.match((await run(checkUser)).stdout, /groups editors, printers\. Enabled\. .*: django-pbkdf2-sha256\.$/m)
  const logIn = await serve()
  assert.equal(await logIn('mira@example.com', tealPassword), 200)
  assert.equal(await logIn('pia', tealPassword), 401)
})
