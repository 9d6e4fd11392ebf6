/** A database of before users were subjects, profiles and credentials: what was in it goes on after the migration. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Client } from 'pg'
import { addClient } from '../../src/clients/add-client.ts'
import { findClient } from '../../src/clients/find-client.ts'
import { updateClient } from '../../src/clients/update-client.ts'
import { usernameKey } from '../../src/domain/username.ts'
import { migrateStore, openStore, type Store } from '../../src/store/open.ts'
import { idTokenAlgorithmOf } from '../../src/tokens/id-token.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { type DatabaseKind, databaseKinds, freshDatabase } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'
import { countRows, dumpOf, query } from '../support/rows.ts'
import type { ServerOptions } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

/** When the fixture was made. */
const now = 1_800_000_000
const ada = '0f8c4f4e-ada'
const migrations = [
  '0010-subjects',
  '0011-authentication',
  '0012-former-defaults',
  '0013-key-revocation',
  '0014-directory-links',
  '0016-groups-and-roles',
  '0017-attributes',
  '0018-login-by-email',
  '0021-demo-users',
  '0022-restores',
  '0023-moves',
]
const ofSubjects = ['subjects', 'profiles', 'credentials', 'items', 'sessions', 'consents', 'grants'] as const

/** A database with the rows and the schema of commit 9c5bd4e. Its keys are sealed with the tests' secret. */
async function formerDatabase(t: TestContext, kind: DatabaseKind): Promise<string> {
  const { url, remove } = await freshDatabase(kind)
  t.after(remove)
  const dump = readFileSync(new URL(`fixtures/before-subjects.${kind}.sql`, import.meta.url), 'utf8')
  await execute(url, dump)
  return url
}

async function execute(url: string, statements: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    database.exec(statements)
    database.close()
    return
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(statements)
  await client.end()
}

async function migratedStore(t: TestContext, url: string): Promise<Store> {
  const store = await openStore({ url, migrate: true })
  t.after(store.close)
  return store
}

for (const kind of databaseKinds) {
  test(`${kind}: users come back as subjects with profiles and credentials`, async (t) => {
    const { users, subjects, credentials } = await migratedStore(t, await formerDatabase(t, kind))
    const found = await users.findForLogin({ usernameKey: usernameKey('ADA LÖVE'), emailKey: null })
    assert.match(found?.credentials.passwordHash ?? '', /^\$argon2id\$/)
    assert.deepEqual(await users.findById(ada), {
      subject: { id: ada, isDisabled: false, tokensValidFrom: now - 199, version: 1, createdAt: now - 500 },
      profile: {
        username: 'Ada Löve',
        email: 'ada@example.com',
        isEmailVerified: true,
        fullName: "Ada O'Lovelace 田",
        claims: { given_name: 'Ada', address: { country: 'GB', formatted: '12 "Square"\nLondon' } },
        updatedAt: now - 100,
      },
    })
    assert.deepEqual(
      (await users.list(10)).map(({ profile }) => profile.username),
      ['Ada Löve', 'alice', 'eve', 'tim', 'without-password'],
    )
    assert.equal((await subjects.find('eve'))?.isDisabled, true)
    assert.deepEqual(await credentials.find('without-password'), { passwordHash: null, isDemo: false })
    assert.deepEqual(await credentials.listDemo(), ['alice', 'tim'])
  })

  test(`${kind}: sessions and grants were by password; what they allow stays`, async (t) => {
    const store = await migratedStore(t, await formerDatabase(t, kind))
    const [session] = await store.sessions.ofBrowser(hashToken('the browser of tim'), { idleSince: 0, now })
    assert.deepEqual([session?.id, session?.amr, session?.acr], ['session-tim', ['pwd'], '1'])
    const grant = await store.grants.find('grant-tim')
    assert.deepEqual([grant?.userId, grant?.amr, grant?.acr], ['tim', ['pwd'], '1'])
    assert.deepEqual(grant?.resources, ['https://api.example.com'])
    assert.equal((await store.grants.find('grant-used'))?.revokedAt, now - 10)
    assert.deepEqual(
      await store.consents.find('tim', 'app'),
      new Map([
        ['', ['openid', 'me']],
        ['https://api.example.com', ['items']],
      ]),
    )
    assert.equal((await store.refreshTokens.find(hashToken('rt_used')))?.use?.request.requestId, 'request-1')
    assert.equal((await store.authorizationCodes.find(hashToken('ac_used')))?.consumedBy?.requestId, 'request-1')
    assert.deepEqual(await store.items.ownedBy('tim'), [1])
    assert.equal((await store.signingKeys.list()).length, 6)
    assert.equal((await store.incidents.find('request-2'))?.grantId, 'grant-used')
    assert.equal((await store.traces.find('request-2'))?.reason, 'refresh_token_reused')
    assert.equal((await store.clients.find('app'))?.name, 'An application')
  })

  test(`${kind}: the revocation feed says the same after the migration`, async (t) => {
    const store = await migratedStore(t, await formerDatabase(t, kind))
    assert.deepEqual(await store.revocations.list(0, 0), {
      tokens: ['revoked-token'],
      grants: [{ grantId: 'grant-used', userId: 'tim', revokedAt: now - 10 }],
      users: [{ id: ada, tokensValidFrom: now - 199 }],
      disabledUsers: [{ id: 'eve', disabledAt: now - 50 }],
      disabledClients: [],
      removedUsers: [{ id: 'gone', removedAt: now - 40, returnedAt: null }],
      removedClients: [],
      ownTokens: [],
      keys: [],
      tokensValidFrom: undefined,
    })
  })

  test(`${kind}: passwords, codes and refresh tokens of before the migration work`, async (t) => {
    const databaseUrl = await formerDatabase(t, kind)
    const { login, post, get } = await startTutorialServer(t, { databaseUrl, resources: ['https://api.example.com'] })
    for (const [username, password] of [
      ['tim', 'tim1234'],
      ['ada löve', 'analytical engine'],
    ] as const) {
      const token = await login(username, password)
      assert.equal((await get('/users/me', { authorization: `Bearer ${token}` })).status, 200)
    }
    for (const username of ['eve', 'without-password']) {
      assert.equal((await post('/token', { username, password: 'a password of eve' })).status, 401)
    }
    const authorization = `Basic ${btoa(`app:${encodeURIComponent('the secret of app, of some length')}`)}`
    const exchange = async (form: Record<string, string>) => {
      const response = await post('/token', form, { authorization })
      const body = JSON.parse(await response.text())
      assert.equal(response.status, 200, JSON.stringify(body))
      return decodeJwt(body.id_token)
    }
    const redirectUri = 'https://app.example.com/cb'
    const byCode = await exchange({ grant_type: 'authorization_code', code: 'ac_of-ada', redirect_uri: redirectUri })
    assert.deepEqual([byCode.sub, byCode['amr'], byCode['acr'], byCode['nonce']], [ada, ['pwd'], '1', 'a nonce'])
    const refreshed = await exchange({ grant_type: 'refresh_token', refresh_token: 'rt_of-tim' })
    assert.deepEqual([refreshed.sub, refreshed['amr'], refreshed['sid']], ['tim', ['pwd'], 'session-tim'])
  })

  test(`${kind}: what belongs to a subject goes with it, and nothing else can refer to one that is missing`, async (t) => {
    const url = await formerDatabase(t, kind)
    const store = await migratedStore(t, url)
    await assert.rejects(store.items.insert(7, 'nobody'), /foreign key/i)
    const before = await Promise.all(ofSubjects.map((table) => countRows(url, table)))
    assert.deepEqual(before, [5, 5, 5, 2, 2, 2, 4])
    await store.subjects.remove('tim', now)
    const after = await Promise.all(ofSubjects.map((table) => countRows(url, table)))
    assert.deepEqual(after, [4, 4, 4, 1, 1, 1, 2])
    assert.deepEqual([await countRows(url, 'refresh_tokens'), await countRows(url, 'authorization_codes')], [0, 1])
    if (kind === 'sqlite') assert.deepEqual(await query(url, 'pragma foreign_key_check'), [])
  })

  test(`${kind}: verified addresses name their users, those that several users share nobody, and the deployment keeps usernames`, async (t) => {
    const url = await formerDatabase(t, kind)
    await execute(url, "update users set email = 'TIM@gmail.com', is_email_verified = 1 where id = 'alice'")
    const { users, profiles, formerDefaults } = await migratedStore(t, url)
    assert.equal((await users.findByEmailKey('ada@example.com'))?.subject.id, ada)
    assert.equal(await users.findByEmailKey('tim@gmail.com'), undefined)
    assert.equal(await formerDefaults.has('login_with_username'), true)
    // The address is tim's alone from here on.
    await profiles.update('alice', { email: null }, now)
    await profiles.update('tim', { isEmailVerified: true }, now)
    assert.equal((await users.findByEmailKey('tim@gmail.com'))?.subject.id, 'tim')
  })

  test(`${kind}: a second migration does nothing, and the schema is that of a new database`, async (t) => {
    const url = await formerDatabase(t, kind)
    assert.deepEqual(await migrateStore(url), migrations)
    const migrated = await dumpOf(url)
    assert.deepEqual(await migrateStore(url), [])
    assert.equal(await dumpOf(url), migrated)
    const fresh = await freshDatabase(kind)
    t.after(fresh.remove)
    await migrateStore(fresh.url)
    for (const table of ofSubjects)
      assert.deepEqual(await schemaOf(url, table), await schemaOf(fresh.url, table), table)
  })

  test(`${kind}: a migration that fails half-way leaves the database as it was`, async (t) => {
    const url = await formerDatabase(t, kind)
    // In the way of the second table that the migration makes.
    await execute(url, 'create table credentials (id text)')
    const before = await dumpOf(url)
    await assert.rejects(migrateStore(url), /credentials/)
    assert.equal(await dumpOf(url), before)
    await execute(url, 'drop table credentials')
    assert.deepEqual(await migrateStore(url), migrations)
  })
}

test('sqlite: a migration that would leave a row without its subject changes nothing', async (t) => {
  const url = await formerDatabase(t, 'sqlite')
  await execute(url, "pragma foreign_keys = off; insert into items (item_id, owner_id) values (9, 'nobody')")
  const before = await dumpOf(url)
  const others = Array.from(
    { length: 9 },
    (_, n) => `insert into consents select 'gone', 'app ${n}', allowed, 5 from consents limit 1`,
  )
  await assert.rejects(migrateStore(url), {
    name: 'StoreError',
    code: 'unmigratable',
    message:
      'The database has rows that refer to rows which do not exist: items with item_id = 9, whose owner_id is not in users. Nothing was migrated. Make a backup, delete these rows, and run npm run -s countersign -- migrate again.',
  })
  assert.equal(await dumpOf(url), before)
  await execute(url, `pragma foreign_keys = off; ${others.join(';')}`)
  await assert.rejects(
    migrateStore(url),
    /consents with user_id = 'gone' and client_id = 'app 0' or .* and more, whose user_id is not in users/,
  )
  await execute(url, "delete from items where item_id = 9; delete from consents where user_id = 'gone'")
  assert.deepEqual(await migrateStore(url), migrations)
})

for (const kind of databaseKinds) {
  test(`${kind}: a view of the operator that the migration would break is named, and nothing changes`, async (t) => {
    const url = await formerDatabase(t, kind)
    await execute(url, 'create view report as select id, username from users')
    const before = await dumpOf(url)
    await assert.rejects(migrateStore(url), {
      name: 'StoreError',
      code: 'unmigratable',
      message:
        'The view report uses a table that this version changes, and is not ours. Nothing was migrated. Drop it, run npm run -s countersign -- migrate again, and create it for the new tables.',
    })
    assert.equal(await dumpOf(url), before)
    await execute(url, 'drop view report')
    assert.deepEqual(await migrateStore(url), migrations)
  })
}

test('postgres: a migration does not wait for long for a transaction that uses its tables, and names them', async (t) => {
  const url = await formerDatabase(t, 'postgres')
  const other = new Client({ connectionString: url })
  await other.connect()
  try {
    await other.query('begin')
    await other.query('select id from users limit 1')
    const { rows } = await other.query('select pg_backend_pid() as pid')
    await assert.rejects(migrateStore(url), {
      name: 'StoreError',
      code: 'unmigratable',
      message: `Other transactions use the tables: users (process ${rows[0].pid}). Nothing was migrated. End them, for example by stopping the former version, and run npm run -s countersign -- migrate again.`,
    })
    await other.query('commit')
  } finally {
    await other.end()
  }
  assert.deepEqual(await migrateStore(url), migrations)
})

test('postgres: a migration that waits for one table has no lock on another, and goes on when it can', async (t) => {
  const url = await formerDatabase(t, 'postgres')
  // The migration changes `users` first.
  const used = ['grants', 'sessions']
  const others = await Promise.all(
    used.map(async (table) => {
      const other = new Client({ connectionString: url })
      await other.connect()
      await other.query(`begin; select 1 from ${table} limit 1`)
      return other
    }),
  )
  const migrated = migrateStore(url)
  // Awaited below, also when it has failed by then.
  migrated.catch(() => {})
  const request = new Client({ connectionString: url, lock_timeout: 2000 })
  await request.connect()
  try {
    for (const other of others) {
      await untilBlocked(url)
      assert.equal((await request.query('select 1 from users limit 1')).rowCount, 1)
      await other.query('commit')
    }
    assert.deepEqual(await migrated, migrations)
  } finally {
    await Promise.all([request, ...others].map((client) => client.end()))
  }
})

/** The columns, indexes and constraints of a table; PostgreSQL's names of NOT NULL constraints remember former names. */
async function schemaOf(url: string, table: string): Promise<readonly unknown[]> {
  if (url.startsWith('sqlite:')) {
    const rows = await query(url, `select sql from sqlite_master where tbl_name = '${table}' and sql is not null`)
    return rows.map(({ sql }) => String(sql)).toSorted()
  }
  const columns = await query(
    url,
    `select column_name, data_type, is_nullable, column_default from information_schema.columns
     where table_name = '${table}' order by column_name`,
  )
  const indexes = await query(url, `select indexdef from pg_indexes where tablename = '${table}' order by 1`)
  const constraints = await query(
    url,
    `select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = '${table}'::regclass and contype <> 'n' order by 1, 2`,
  )
  return [...columns, ...indexes, ...constraints]
}

for (const kind of databaseKinds) {
  test(`${kind}: clients of before keep the algorithm of their ID tokens, declared ones until the option is set`, async (t) => {
    const declared = {
      client_id: 'declared',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['https://a.example/'],
    } as const
    const databaseUrl = await formerDatabase(t, kind)
    const algorithms = async (options: ServerOptions) => {
      const { server } = await startTutorialServer(t, { databaseUrl, clients: [declared], ...options })
      const { context } = server
      const clients = await Promise.all(['app', 'declared', 'added'].map((id) => findClient(context, id)))
      return { context, signed: clients.map((client) => client && idTokenAlgorithmOf(context, client)) }
    }
    const { context, signed } = await algorithms({})
    assert.deepEqual(signed, ['ES256', 'ES256', undefined])
    await addClient(context, { ...declared, client_id: 'added' })
    // A change of anything else, in this version too.
    await updateClient(context, 'app', { client_name: 'Another name' })
    assert.deepEqual((await algorithms({})).signed, ['ES256', 'ES256', 'RS256'])
    assert.deepEqual((await algorithms({ algorithm: 'EdDSA' })).signed, ['EdDSA', 'EdDSA', 'RS256'])
    assert.deepEqual((await algorithms({ algorithm: 'HS256' })).signed, ['ES256', 'ES256', 'RS256'])
    const chosen = await algorithms({ idTokenAlgorithm: 'RS256' })
    assert.deepEqual(chosen.signed, ['ES256', 'RS256', 'RS256'])
    await updateClient(chosen.context, 'app', { id_token_signed_response_alg: null })
    assert.deepEqual((await algorithms({})).signed, ['RS256', 'ES256', 'RS256'])
  })
}
