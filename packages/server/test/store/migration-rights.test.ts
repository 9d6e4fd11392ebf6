/** Migrations on PostgreSQL by roles and in schemas that an operator chose. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { StoreError } from '../../src/store/errors.ts'
import { migrateStore, openStore } from '../../src/store/open.ts'
import { administer, freshDatabase } from '../support/databases.ts'

async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A database and a role without rights on it. */
async function withRole(t: TestContext): Promise<{ url: string; role: string; roleUrl: string }> {
  const { url, remove } = await freshDatabase('postgres')
  const role = `role_${randomUUID().replaceAll('-', '')}`
  await administer(`create role ${role} login password 'x'`)
  t.after(async () => {
    await remove()
    await administer(`drop role ${role}`)
  })
  const roleUrl = new URL(url)
  roleUrl.username = role
  roleUrl.password = 'x'
  return { url, role, roleUrl: roleUrl.href }
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof StoreError, String(error))
  assert.equal(error.code, 'unwritable')
  assert.doesNotMatch(error.message, /\n/)
  return error.message
}

test('postgres: a role that may create nothing in the schema is told the grant', async (t) => {
  const { roleUrl, role } = await withRole(t)
  const message = await failureOf(migrateStore(roleUrl))
  assert.ok(message.startsWith(`PostgreSQL refuses the role ${role}: permission denied for schema public. `), message)
  assert.ok(message.includes(`grant usage, create on schema public to ${role}`), message)
})

test('postgres: a role that may use no schema of its search_path is told so', async (t) => {
  const { url, role, roleUrl } = await withRole(t)
  await execute(url, 'revoke all on schema public from public')
  const message = await failureOf(migrateStore(roleUrl))
  assert.ok(message.startsWith(`The role ${role} may use no schema of its search_path. `), message)
})

test('postgres: a role that may read the tables of another one, and not change them, is told so', async (t) => {
  const { url, role, roleUrl } = await withRole(t)
  await migrateStore(url)
  await execute(
    url,
    `grant select on all tables in schema public to ${role}`,
    `grant usage, create on schema public to ${role}`,
    "delete from countersign_migrations where name >= '0011'",
  )
  assert.match(
    await failureOf(migrateStore(roleUrl)),
    /^PostgreSQL refuses the role \w+: permission denied for table \w+\. /,
  )
})

test('postgres: a role that may not read the tables is told so', async (t) => {
  const { url, roleUrl } = await withRole(t)
  await migrateStore(url)
  for (const migrate of [true, false]) {
    assert.match(
      await failureOf(openStore({ url: roleUrl, migrate })),
      /^PostgreSQL refuses the role \w+: permission denied for table countersign_migrations\. /,
    )
  }
})

test('postgres: a database that is only read, such as a replica, is not migrated', async (t) => {
  const { url, role, roleUrl } = await withRole(t)
  await execute(
    url,
    `grant usage, create on schema public to ${role}`,
    `alter role ${role} set default_transaction_read_only = on`,
  )
  assert.match(
    await failureOf(migrateStore(roleUrl)),
    /^The database can only be read: cannot execute CREATE TABLE in a read-only transaction\. /,
  )
})

test('postgres: two schemas of a database have a Countersign each', async (t) => {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  await execute(database.url, 'create schema "Second one"')
  const searchPath = encodeURIComponent('-c search_path="Second\\ one",public')
  const second = `${database.url}?options=${searchPath}`
  const names = await migrateStore(database.url)
  assert.deepEqual(await migrateStore(second), names)
  const [one, two] = await Promise.all([database.url, second].map((url) => openStore({ url, migrate: false })))
  t.after(() => Promise.all([one?.close(), two?.close()]))
  const subject = { id: 'tim', isDisabled: false, tokensValidFrom: 0, version: 1, createdAt: 0 }
  const profile = { username: 'tim', email: null, isEmailVerified: false, fullName: null, claims: {}, updatedAt: 0 }
  await two?.users.insert([{ subject, profile, credentials: { passwordHash: null, isDemo: true } }])
  assert.deepEqual(await one?.credentials.listDemo(), [])
  assert.deepEqual(await two?.credentials.listDemo(), ['tim'])
})
