/** Mistakes in the options of an SQL directory are found where it is declared. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionsError } from '../../../src/config/options-error.ts'
import { sqlDirectory } from '../../../src/users/directories/sql.ts'
import type { SqlDirectoryOptions } from '../../../src/users/directories/sql-options.ts'

const people = {
  table: 'people',
  columns: { username: 'login', passwordHash: 'hash' },
  disabled: {},
} as const

test('everything that is wrong with the options is said, and never the URL', () => {
  const wrong = {
    url: 'mysql://app:s3cret@db/app?sslmode=on',
    colums: {},
    columns: { username: '', passwordhash: 'hash', claims: { nick: 'n' } },
    disabled: { state: 'maybe' },
    usernameCase: 'lower',
    where: { tenant: [] },
    groups: { table: 'memberships' },
    realm: 'shop',
    writable: 'yes',
  }
  assert.deepEqual(problemsOf(wrong), [
    'directories.sql.colums is not an option: did you mean columns?',
    'directories.sql.url has a parameter after ? that is not ssl-mode or socket',
    'directories.sql.realm must be the name of a realm with the preset keycloak, and is of no use without it',
    'directories.sql.usernameCase must be exact, lower-case or ignore',
    'directories.sql.writable must be true or false',
    'directories.sql.columns.username must be the name of a column',
    'directories.sql.columns.passwordhash is not a field: did you mean passwordHash?',
    'directories.sql.columns.claims.nick is not a claim: did you mean nickname?',
    'directories.sql.columns.passwordHash is missing: name the column of password hashes',
    "directories.sql.disabled.state must be true, false, 'set', 'unset', 'future', 'past', a list of words, or { not: [...] } with a list of words",
    'directories.sql.table must be the name of a table or a view',
    'directories.sql.where must have a text, number, boolean or null for each column',
    'directories.sql.groups must have table, user and group',
  ])
  assert.deepEqual(problemsOf({ ...people, url: 'sqlite:a.db', disabled: undefined }), [
    'directories.sql.disabled is undefined: give it a value or leave it out',
    'directories.sql.disabled is missing: name the columns that say that a user is disabled, such as { is_active: false }, or write {} if there are none',
  ])
  assert.deepEqual(problemsOf({ preset: 'devise', url: 'postgres://h/d', writable: true }), [
    'directories.sql.writable must be false: devise cannot read argon2id, which new passwords have',
  ])
  assert.deepEqual(problemsOf({ preset: 'jango', url: 'postgres://h/d' }), [
    'directories.sql.preset must be one of devise, django, keycloak, laravel, supabase, wordpress: did you mean django?',
  ])
  for (const url of [
    'oracle://app:s3cret@db/app',
    'mysql://app:s3cret@@db/app',
    'mysql://app:s3cret%@db/app',
    'mysql://app:s3cret@db/',
    'mysql://app:s3cret@db/app?ssl-mode=on',
    'postgres://app:s3cret#@db/app',
    'postgres://app:s3cret@db/app?options=-c%20x',
    'sqlite::memory:',
    '',
    7,
  ]) {
    const problems = problemsOf({ ...people, url })
    assert.equal(problems.length, 1, String(url))
    assert.match(problems[0] ?? '', /^directories\.sql\.url (?!.*s3cret)/)
  }
  for (const url of [
    'mariadb://a:b%40c@[::1]:3307/app',
    'mysql+pymysql://db/app?ssl-mode=VERIFY_CA',
    'sqlite:///app.db',
  ]) {
    assert.deepEqual(problemsOf({ ...people, url }), [], url)
  }
  assert.deepEqual(problemsOf(undefined), ['directories.sql must be an object of options'])
})

test('a declaration opens nothing', () => {
  const { kind, name, writable } = sqlDirectory({ ...people, url: 'postgres://127.0.0.1:1/none', name: 'crm' })
  assert.deepEqual([kind, name, writable], ['sql', 'crm', false])
})

/** The problems of options that may have any type. */
function problemsOf(options: unknown): readonly string[] {
  try {
    sqlDirectory(options as SqlDirectoryOptions)
    return []
  } catch (error) {
    assert.ok(error instanceof OptionsError)
    return error.message.split('\n')
  }
}
