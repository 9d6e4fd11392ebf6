/**
 * Each preset of an application, on tables as the original program makes them, with invented people. Above the tables stands where they are from.
 * The presets of identity servers are in sql-identity-servers.test.ts.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { argon2id, bcrypt, djangoTables, pbkdf2OfDjango } from '../../support/directories/django-tables.ts'
import { all, facts, find, hasPassword, problemsIn, soon } from '../../support/directories/questions.ts'
import { inEachDatabase, mysqlWith, opened, sqliteWith } from '../../support/directories/sql-databases.ts'
import { howToGetMysql } from '../../support/mariadb.ts'

const bcryptOfPhp = bcrypt.replace('$2b$', '$2y$')

test('django', async (t) => {
  for (const url of await inEachDatabase(t, djangoTables('boolean'))) {
    const directory = await opened(t, { preset: 'django', url })
    const users = await all(directory)
    assert.deepEqual(
      users.map(({ username }) => username),
      ['mira', 'otto', 'pia', 'quinn', 'rosa'],
    )
    const [mira, otto, pia, quinn, rosa] = users
    assert.deepEqual(facts(mira), { key: '1', email: 'mira@example.com', fullName: 'Mira Okafor' })
    assert.deepEqual(mira?.claims, { given_name: 'Mira', family_name: 'Okafor' })
    assert.deepEqual([mira?.groups, otto?.groups, pia?.groups], [['editors', 'printers'], ['editors'], []])
    assert.deepEqual([otto?.fullName, otto?.email, pia?.fullName, pia?.email], [null, null, 'Pia', null])
    assert.deepEqual(
      users.map(({ isDisabled }) => isDisabled),
      [false, false, true, false, false],
    )
    assert.deepEqual([mira, otto, pia, quinn, rosa].map(hasPassword), [true, true, true, false, true])
    assert.deepEqual(await problemsIn(directory), [])
  }
})

test('django: a new password is one that Django can read', async (t) => {
  const url = await sqliteWith(t, djangoTables('bool'))
  const directory = await opened(t, { preset: 'django', url, writable: true })
  await directory.setPasswordHash?.('1', argon2id, soon())
  const plain = { username: 'username', passwordHash: 'password' }
  const [stored] = await all(await opened(t, { url, table: 'auth_user', columns: plain, disabled: {} }))
  assert.equal(stored?.passwordHash, `argon2${argon2id}`)
  assert.equal(hasPassword((await directory.read(['1'], soon()))[0]), true)
})

test('django: a model of your own, which has neither names nor groups', async (t) => {
  // django.contrib.auth.base_user.AbstractBaseUser, with an e-mail address as the username.
  const url = await sqliteWith(
    t,
    `create table accounts_user (id integer primary key, password varchar(128) not null, last_login datetime,
      email varchar(254) not null unique, is_active bool not null);
    insert into accounts_user values (1, '${pbkdf2OfDjango}', null, 'mira@example.com', 1)`,
  )
  const columns = { username: 'email', fullName: null, claims: {} }
  const directory = await opened(t, { preset: 'django', url, table: 'accounts_user', columns })
  assert.deepEqual(facts(await find(directory, 'mira@example.com')), {
    key: '1',
    email: 'mira@example.com',
    fullName: null,
  })
  assert.deepEqual(await problemsIn(directory), [])
})

// Laravel 12, database/migrations/0001_01_01_000000_create_users_table.php; `softDeletes()` and `boolean('is_banned')` as applications add them.
const laravelTables = (more: string, values: string) => `
  create table users (id bigint not null primary key, name varchar(255) not null, email varchar(255) not null unique,
    email_verified_at timestamp null, password varchar(255) not null, remember_token varchar(100) null, created_at timestamp null,
    updated_at timestamp null${more});
  insert into users values
    (1, 'Mira Okafor', 'mira@example.com', '2024-05-06 07:08:09', '${bcryptOfPhp}', null, null, null${values}),
    (2, 'Otto', 'otto@example.com', null, '${argon2id}', null, null, null${values})`

test('laravel', async (t) => {
  for (const url of await inEachDatabase(t, laravelTables('', ''))) {
    const directory = await opened(t, { preset: 'laravel', url })
    const [mira, otto] = await all(directory)
    assert.deepEqual(facts(mira), { key: '1', email: 'mira@example.com', fullName: 'Mira Okafor' })
    assert.deepEqual([mira?.isEmailVerified, otto?.isEmailVerified], [true, false])
    assert.deepEqual([mira?.isDisabled, otto?.isDisabled], [false, false])
    assert.deepEqual([mira, otto].map(hasPassword), [true, true])
    assert.equal((await find(directory, 'mira@example.com'))?.key, '1')
    assert.deepEqual(await problemsIn(directory), [])
  }
})

test('laravel: soft deletes are seen, and other flags are asked for', async (t) => {
  const tables = laravelTables(
    ', deleted_at timestamp null, is_banned boolean not null',
    ", '2025-01-01 00:00:00', false",
  )
  for (const url of await inEachDatabase(t, tables)) {
    const directory = await opened(t, { preset: 'laravel', url })
    assert.equal((await find(directory, 'mira@example.com'))?.isDisabled, true)
    const [problem] = await problemsIn(directory)
    assert.match(problem ?? '', /^The column is_banned may say that a user is disabled/)
    const disabled = { deleted_at: null, is_banned: true } as const
    const decided = await opened(t, { preset: 'laravel', url, disabled })
    assert.equal((await find(decided, 'mira@example.com'))?.isDisabled, false)
    assert.deepEqual(await problemsIn(decided), [])
  }
})

// WordPress 6.8, src/wp-admin/includes/schema.php: of one site, and of a network.
const wordpressTables = (more: string, values: string) => `
  set sql_mode = '';
  create table wp_users (ID bigint(20) unsigned NOT NULL auto_increment, user_login varchar(60) NOT NULL default '',
    user_pass varchar(255) NOT NULL default '', user_nicename varchar(50) NOT NULL default '',
    user_email varchar(100) NOT NULL default '', user_url varchar(100) NOT NULL default '',
    user_registered datetime NOT NULL default '0000-00-00 00:00:00', user_activation_key varchar(255) NOT NULL default '',
    user_status int(11) NOT NULL default '0', display_name varchar(250) NOT NULL default ''${more},
    PRIMARY KEY (ID), KEY user_login_key (user_login), KEY user_nicename (user_nicename), KEY user_email (user_email)
  ) default character set utf8mb4 collate utf8mb4_unicode_520_ci;
  insert into wp_users values
    (1, 'Mira', '${bcryptOfPhp}', 'mira', 'mira@example.com', 'https://mira.example', '2024-01-01', '', 0, 'Mira Okafor'${values}),
    (2, 'otto', '${bcryptOfPhp}', 'otto', 'otto@example.com', '', '0000-00-00 00:00:00', '', 2, 'otto'${values})`

test('wordpress', async (t) => {
  const url = await mysqlWith(t, wordpressTables('', ''))
  if (url === undefined) return skipWithout(t, howToGetMysql)
  const directory = await opened(t, { preset: 'wordpress', url })
  const [mira, otto] = await all(directory)
  assert.deepEqual(facts(mira), { key: '1', email: 'mira@example.com', fullName: 'Mira Okafor' })
  assert.deepEqual(mira?.claims, { website: 'https://mira.example' })
  assert.deepEqual([mira?.isDisabled, otto?.isDisabled], [false, true])
  assert.deepEqual([hasPassword(mira), mira?.isEmailVerified], [true, false])
  assert.equal((await find(directory, 'mIRA'))?.username, 'Mira')
  assert.deepEqual(await problemsIn(directory), [])
})

test('wordpress: spam and deleted users of a network, and another prefix', async (t) => {
  const tables = wordpressTables(
    ", spam tinyint(2) NOT NULL default '0', deleted tinyint(2) NOT NULL default '0'",
    ', 0, 1',
  )
  const url = await mysqlWith(t, tables.replaceAll('wp_users', 'blog7_users'))
  if (url === undefined) return skipWithout(t, howToGetMysql)
  const directory = await opened(t, { preset: 'wordpress', url, table: 'blog7_users' })
  assert.equal((await find(directory, 'mira'))?.isDisabled, true)
  assert.deepEqual(await problemsIn(directory), [])
})

// Devise 4.9, lib/generators/active_record/devise_generator.rb: without its optional modules, and with Confirmable and Lockable.
const deviseTables = (more: string) => `
  create table users (id bigint not null primary key, email varchar(255) not null default '' unique,
    encrypted_password varchar(255) not null default '', reset_password_token varchar(255), reset_password_sent_at timestamp null,
    remember_created_at timestamp null${more}, created_at timestamp null, updated_at timestamp null);
  insert into users (id, email, encrypted_password) values
    (1, 'mira@example.com', '${bcrypt}'), (2, 'otto@example.com', '${bcrypt}'), (3, 'pia@example.com', '${bcrypt}')`

test('devise', async (t) => {
  for (const url of await inEachDatabase(t, deviseTables(''))) {
    const directory = await opened(t, { preset: 'devise', url })
    const mira = await find(directory, 'Mira@Example.com')
    assert.deepEqual(facts(mira), { key: '1', email: 'mira@example.com', fullName: null })
    assert.deepEqual([mira?.isDisabled, mira?.isEmailVerified, hasPassword(mira)], [false, false, true])
    assert.deepEqual(await problemsIn(directory), [])
  }
})

test('devise: users who are not confirmed or locked', async (t) => {
  const more = `, confirmation_token varchar(255), confirmed_at timestamp null, confirmation_sent_at timestamp null,
    unconfirmed_email varchar(255), failed_attempts integer default 0 not null, unlock_token varchar(255), locked_at timestamp null`
  const changes = `; update users set confirmed_at = '2024-01-01' where id < 3; update users set locked_at = '2024-01-02' where id = 2`
  for (const url of await inEachDatabase(t, deviseTables(more) + changes)) {
    const directory = await opened(t, { preset: 'devise', url })
    const users = await all(directory)
    assert.deepEqual(
      users.map(({ isDisabled }) => isDisabled),
      [false, true, true],
    )
    assert.deepEqual(
      users.map(({ isEmailVerified }) => isEmailVerified),
      [true, true, false],
    )
  }
})
