/** A database from before users were subjects, profiles and credentials: after the migration, what was in it still works. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeJwt } from 'jose'
import { addClient } from '../../src/clients/add-client.ts'
import { findClient } from '../../src/clients/find-client.ts'
import { updateClient } from '../../src/clients/update-client.ts'
import { usernameKey } from '../../src/domain/username.ts'
import { migrateStore, openStore, type Store } from '../../src/store/open.ts'
import { idTokenAlgorithmOf } from '../../src/tokens/id-token.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { execute, formerDatabase, migrations } from '../support/former-database.ts'
import { countRows, dumpOf, query } from '../support/rows.ts'
import type { ServerOptions } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

/** When the fixture was made. */
const now = 1_800_000_000
const ada = '0f8c4f4e-ada'
const ofSubjects = ['subjects', 'profiles', 'credentials', 'items', 'sessions', 'consents', 'grants'] as const

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
    // From here on only tim has the address.
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
}

/** The columns, indexes and constraints of a table; without NOT NULL constraints, whose names in PostgreSQL contain former names. */
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
