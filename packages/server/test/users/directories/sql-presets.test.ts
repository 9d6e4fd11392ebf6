/** Each preset on tables as the original program makes them, with invented people. Above the tables stands where they are from. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { verifyPassword } from '../../../src/passwords/verify-password.ts'
import type { Directory, DirectoryUser } from '../../../src/users/directories/directory.ts'
import { sqlDirectory } from '../../../src/users/directories/sql.ts'
import type { SqlDirectoryOptions } from '../../../src/users/directories/sql-options.ts'
import { argon2id, bcrypt, djangoTables, pbkdf2OfDjango } from '../../support/directories/django-tables.ts'
import { tealPassword } from '../../support/directories/people.ts'
import { inEachDatabase, mysqlWith, postgresWith, sqliteWith } from '../../support/directories/sql-databases.ts'
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

// GoTrue, migrations/: 00_init_auth_schema, 20210722035447, 20220114185340, 20221208132122 and later, in their result.
const supabaseTables = `
  create schema auth;
  create table auth.users (instance_id uuid null, id uuid not null primary key, aud varchar(255) null, "role" varchar(255) null,
    email varchar(255) null, encrypted_password varchar(255) null, email_confirmed_at timestamptz null, invited_at timestamptz null,
    last_sign_in_at timestamptz null, raw_app_meta_data jsonb null, raw_user_meta_data jsonb null, is_super_admin bool null,
    created_at timestamptz null, updated_at timestamptz null, phone text null default null, phone_confirmed_at timestamptz null,
    confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
    banned_until timestamptz null, is_sso_user boolean not null default false, deleted_at timestamptz null,
    is_anonymous boolean not null default false);
  create unique index users_email_partial_key on auth.users (email) where (is_sso_user = false);
  create index users_instance_id_email_idx on auth.users (instance_id, lower((email)::text));
  insert into auth.users (id, email, encrypted_password, email_confirmed_at, raw_user_meta_data, phone, banned_until, is_sso_user, deleted_at) values
    ('00000000-0000-4000-8000-000000000001', 'mira@example.com', '${bcrypt}', now(), '{"full_name":"Mira Okafor"}', '+15550100', null, false, null),
    ('00000000-0000-4000-8000-000000000002', 'mira@example.com', null, now(), '{}', null, null, true, null),
    ('00000000-0000-4000-8000-000000000003', 'banned@example.com', '${bcrypt}', now(), '{"name":"B"}', null, 'infinity', false, null),
    ('00000000-0000-4000-8000-000000000004', 'over@example.com', '${bcrypt}', now(), null, null, '2020-01-01', false, null),
    ('00000000-0000-4000-8000-000000000005', 'deleted@example.com', '${bcrypt}', now(), null, null, null, false, now()),
    ('00000000-0000-4000-8000-000000000006', 'new@example.com', '${bcrypt}', null, null, null, null, false, null),
    ('00000000-0000-4000-8000-000000000007', null, null, null, null, '15550101', null, false, null)`

test('supabase', async (t) => {
  const directory = await opened(t, { preset: 'supabase', url: await postgresWith(t, supabaseTables) })
  const mira = await find(directory, 'MIRA@example.com')
  const key = '00000000-0000-4000-8000-000000000001'
  assert.deepEqual(facts(mira), { key, email: 'mira@example.com', fullName: 'Mira Okafor' })
  assert.deepEqual(
    [mira?.sub, mira?.isEmailVerified, mira?.claims, hasPassword(mira)],
    [key, true, { phone_number: '+15550100' }, true],
  )
  const users = await all(directory)
  assert.deepEqual(
    users.map(({ key }) => key.at(-1)),
    ['1', '3', '4', '5', '6'],
  )
  assert.deepEqual(
    users.map(({ isDisabled }) => isDisabled),
    [false, true, false, true, true],
  )
  assert.deepEqual(await problemsIn(directory), [])
})

// Keycloak 26, model/jpa/src/main/resources/META-INF/jpa-changelog-*.xml, in their result. MySQL's names are in upper case.
const keycloakTables = (id: (name: string) => string, boolean: string) => `
  create table ${id('realm')} (id varchar(36) not null primary key, name varchar(255), enabled ${boolean} not null default false);
  alter table ${id('realm')} add constraint uk_orvsdmla56612eaefiq6wl5oi unique (name);
  create table ${id('user_entity')} (id varchar(36) not null primary key, email varchar(255), email_constraint varchar(255),
    email_verified ${boolean} not null default false, enabled ${boolean} not null default false, federation_link varchar(255),
    first_name varchar(255), last_name varchar(255), realm_id varchar(255), username varchar(255), created_timestamp bigint,
    service_account_client_link varchar(255), not_before integer not null default 0);
  alter table ${id('user_entity')} add constraint uk_ru8tt6t700s9v50bu18ws5ha6 unique (realm_id, username);
  create table ${id('credential')} (id varchar(36) not null primary key, type varchar(255), user_id varchar(36), created_date bigint,
    user_label varchar(255), secret_data text, credential_data text, priority integer);
  create table ${id('user_required_action')} (user_id varchar(36) not null, required_action varchar(255) not null,
    primary key (required_action, user_id));
  create index idx_user_reqactions on ${id('user_required_action')} (user_id);
  create index idx_user_credential on ${id('credential')} (user_id);
  create table ${id('keycloak_group')} (id varchar(36) not null primary key, name varchar(255), parent_group varchar(36) not null, realm_id varchar(36));
  create table ${id('user_group_membership')} (group_id varchar(36) not null, user_id varchar(36) not null, primary key (group_id, user_id));
  insert into ${id('realm')} values ('r1', 'shop', true), ('r2', 'other', true);
  insert into ${id('user_entity')} (id, email, email_verified, enabled, first_name, last_name, realm_id, username, service_account_client_link) values
    ('u1', 'mira@example.com', true, true, 'Mira', 'Okafor', 'r1', 'mira', null), ('u2', null, false, true, null, null, 'r2', 'mira', null),
    ('u3', null, false, false, null, null, 'r1', 'otto', null), ('u4', null, false, true, null, null, 'r1', 'service-account-a', 'c1'),
    ('u5', null, false, true, null, null, 'r1', 'pia', null), ('u6', null, false, true, null, null, 'r1', 'quinn', null),
    ('u7', null, false, true, null, null, 'r1', 'rosa', null);
  insert into ${id('user_required_action')} values ('u7', 'UPDATE_PASSWORD'), ('u6', 'VERIFY_EMAIL'), ('u1', 'CONFIGURE_TOTP');
  insert into ${id('credential')} (id, type, user_id, secret_data, credential_data, priority) values
    ('c1', 'password', 'u1', '${keycloakSecret('8uKnF0zUzum3aBzFjUA0Z9mom357Sm6Hk1G/b+OzY+Ccniw98MxQFxtPGDAFejLqkeIlmnZtspROiISNciFlYA==')}', '${keycloakCost('pbkdf2-sha256')}', 10),
    ('c2', 'otp', 'u1', '{"value":"x"}', '{"subType":"totp"}', 20),
    ('c3', 'password', 'u3', '${keycloakSecret('lkl/UJWDK30k06rhCEXWRWY5tGbM/VNbaLDJkqyZ3wc9Sty8brbar4KQtua8SGch8Uxt0MOM3V1/Zvt/ztXm6Q==')}', '${keycloakCost('pbkdf2-sha512')}', 10),
    ('c4', 'password', 'u5', '${keycloakSecret('I6SOOBWheDhzz/b1rbxK6kzfZ6+kphkpkoOLXrLxhig=', 'DiQJEk/Crw2oFAypb5HuTw==')}',
      '{"hashIterations":1,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["1024"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}', 10),
    ('c5', 'password', 'u7', '${keycloakSecret('8uKnF0zUzum3aBzFjUA0Z9mom357Sm6Hk1G/b+OzY+Ccniw98MxQFxtPGDAFejLqkeIlmnZtspROiISNciFlYA==')}', '${keycloakCost('pbkdf2-sha256')}', 10);
  insert into ${id('keycloak_group')} values ('g1', 'staff', ' ', 'r1');
  insert into ${id('user_group_membership')} values ('g1', 'u1')`

function keycloakSecret(value: string, salt = 'c2l4dGVlbi1ieXRlLXNsdA=='): string {
  return JSON.stringify({ value, salt, additionalParameters: {} })
}

function keycloakCost(algorithm: string): string {
  return JSON.stringify({ hashIterations: 1000, algorithm, additionalParameters: {} })
}

test('keycloak', async (t) => {
  const postgres = await postgresWith(
    t,
    keycloakTables((name) => name, 'boolean'),
  )
  const mysql = await mysqlWith(
    t,
    keycloakTables((name) => name.toUpperCase(), 'bit(1)'),
  )
  if (mysql === undefined) skipWithout(t, howToGetMysql)
  for (const url of [postgres, mysql].filter((each) => each !== undefined)) {
    const directory = await opened(t, { preset: 'keycloak', url, realm: 'shop' })
    const mira = await find(directory, 'Mira')
    assert.deepEqual(facts(mira), { key: 'u1', email: 'mira@example.com', fullName: 'Mira Okafor' })
    assert.deepEqual([mira?.sub, mira?.isEmailVerified, mira?.groups], ['u1', true, ['staff']])
    const users = await all(directory)
    assert.deepEqual(
      users.map(({ key }) => key),
      ['u1', 'u3', 'u5', 'u6', 'u7'],
    )
    assert.deepEqual(
      users.map(({ isDisabled }) => isDisabled),
      [false, true, false, true, false],
    )
    assert.deepEqual(users.map(hasPassword), [true, true, true, false, false])
    assert.deepEqual(await problemsIn(directory), [])
  }
})

async function opened(t: TestContext, options: SqlDirectoryOptions): Promise<Directory> {
  const directory = await sqlDirectory(options).open()
  t.after(directory.close)
  return directory
}

function find(directory: Directory, username: string): ReturnType<Directory['find']> {
  return directory.find(username, soon())
}

function all(directory: Directory): ReturnType<Directory['list']> {
  return directory.list(undefined, 100, soon())
}

function facts(user: DirectoryUser | undefined): Pick<DirectoryUser, 'key' | 'email' | 'fullName'> | undefined {
  return user && { key: user.key, email: user.email, fullName: user.fullName }
}

function hasPassword(user: DirectoryUser | undefined): boolean {
  return verifyPassword(user?.passwordHash ?? null, tealPassword).isMatch
}

async function problemsIn(directory: Directory): Promise<readonly string[]> {
  const findings = await directory.inspect(soon())
  return findings.filter(({ isProblem }) => isProblem).map(({ message }) => message)
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000)
}
