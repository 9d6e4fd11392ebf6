/** The command and directories in databases, as docs/guides/directories/ describes them. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

test('directories check says what is wrong, and ends by itself although databases are down', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'shop.db')
  const shop = new DatabaseSync(path)
  shop.exec(`
    create table users (id integer primary key, name text, email text, email_verified_at text, password text, is_banned integer);
    insert into users values (1, 'Mira Okafor', 'mira@example.com', '2024-05-06', '$2y$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC', 0)
  `)
  shop.close()
  const environment = {
    DATA_DIR: folder,
    SECRET_KEY: 'a secret of the tests that is long enough',
    SHOP_DATABASE_URL: `sqlite:${path}`,
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('support/directories.config.ts', import.meta.url)),
  }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  const check = await runCommand(['directories', 'check'], environment)
  const lines = check.stdout.trimEnd().split('\n')
  assert.deepEqual(lines, [
    '  shop: The table users can be reached.',
    '! shop: The column is_banned may say that a user is disabled, and no rule reads it: add it to `disabled`, with null if it says nothing of this kind.',
    '! shop: Look-ups by username read the whole table: create an index: create index "users_email" on "users" ("email")',
    '  shop: Look-ups by key use an index.',
    '  shop: Users: 1. Disabled: 0.',
    '! mysql: does not respond: connect ECONNREFUSED 127.0.0.1:1',
    '! postgres: does not respond: connect ECONNREFUSED 127.0.0.1:1',
    '! mongodb: does not respond: connect ECONNREFUSED 127.0.0.1:1',
  ])
  const walk = await runCommand(['directories', 'check', '--user', 'mira@example.com'], environment)
  assert.match(
    walk.stdout,
    /^ {2}shop: key 1; username mira@example\.com; .*Enabled\. The password is checked here: bcrypt\.$/m,
  )
  const sync = await runCommand(['directories', 'sync', 'shop'], environment)
  assert.equal(sync.stdout, 'shop: 0 users read, 0 of them newly disabled or gone\n')
  for (const { stdout, stderr } of [check, walk]) assert.doesNotMatch(stdout + stderr, /s3cret|\$2y\$/)
})

test('a user of a directory logs in at a process, and users show says where the password is', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'people.db')
  const people = new DatabaseSync(path)
  people.exec(`
    create table people (id integer primary key, login text unique, hash text);
    insert into people values (1, 'mira', '$2y$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC')
  `)
  people.close()
  const environment = {
    DATA_DIR: folder,
    SECRET_KEY: 'a secret of the tests that is long enough',
    PASSWORD_GRANT: 'first-party',
    PEOPLE_DATABASE_URL: `sqlite:${path}`,
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('support/people.config.ts', import.meta.url)),
  }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  const { origin } = await startCommand(t, ['serve'], environment)
  const body = new URLSearchParams({ username: 'mira', password: 'teal-heron-42' })
  const response = await fetch(`${origin}/token`, { method: 'POST', body })
  assert.equal(response.status, 200, await response.text())
  const shown = await runCommand(['users', 'show', 'mira'], environment)
  assert.match(shown.stdout, /^password {3}that of the directory people$/m)
})
