/** The presets of Supabase and Keycloak, on tables as these servers make them, with invented people. Above the tables stands where they are from. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { bcrypt } from '../../support/directories/django-tables.ts'
import { all, facts, find, hasPassword, problemsIn } from '../../support/directories/questions.ts'
import { mysqlWith, opened, postgresWith } from '../../support/directories/sql-databases.ts'
import { howToGetMysql } from '../../support/mariadb.ts'

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
