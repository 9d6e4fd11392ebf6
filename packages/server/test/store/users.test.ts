/** Users: their subjects, profiles and credentials. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileChanges } from '../../src/domain/profile.ts'
import type { UserWithCredentials } from '../../src/domain/user.ts'
import { isConflict } from '../../src/store/errors.ts'
import { migrateStore, openStore } from '../../src/store/open.ts'
import { databaseKinds, freshDatabase, freshStore } from '../support/databases.ts'
import { query } from '../support/rows.ts'
import { aUser, type UserFields } from '../support/users.ts'

function user(username: string, fields: UserFields = {}): UserWithCredentials {
  return aUser(`id of ${username}`, { username, passwordHash: 'a hash', updatedAt: 4_000_000_000, ...fields })
}

const idOf = (username: string) => `id of ${username}`

for (const kind of databaseKinds) {
  test(`${kind}: a user comes back as it was put in`, async (t) => {
    const { users, subjects, credentials } = await freshStore(t, kind)
    const tim = user('Tim', { email: 'tim@example.com', fullName: 'Тим 田中 🙂', isDemo: true, tokensValidFrom: 7 })
    await users.insert([tim])
    const { subject, profile } = tim
    assert.deepEqual(await users.findById(subject.id), { subject, profile })
    assert.deepEqual(await users.findByUsername('tim'), { subject, profile })
    assert.deepEqual(await users.findForLogin({ usernameKey: 'tim', emailKey: null }), tim)
    assert.deepEqual(await subjects.find(subject.id), subject)
    assert.deepEqual(await credentials.find(subject.id), tim.credentials)
    assert.equal(await users.findById('id of nobody'), undefined)
    assert.equal(await users.findForLogin({ usernameKey: 'nobody', emailKey: null }), undefined)
    assert.equal(await subjects.find('id of nobody'), undefined)
    assert.deepEqual(await credentials.listDemo(), ['Tim'])
    await credentials.setPassword(subject.id, 'another hash')
    assert.deepEqual(await credentials.listDemo(), [])
  })

  test(`${kind}: C4 spellings that fold together are one username`, async (t) => {
    const { users } = await freshStore(t, kind)
    await users.insert([user('Straße'), user('josé'.normalize('NFC'))])
    for (const spelling of ['straße', 'STRASSE', 'strasse', 'ＳＴＲＡＳＳＥ']) {
      assert.equal((await users.findByUsername(spelling))?.subject.id, idOf('Straße'), spelling)
    }
    assert.ok(await users.findByUsername('JOSÉ'.normalize('NFD')))
    await assert.rejects(users.insert([user('STRASSE', { id: 'another' })]), isConflict)
    assert.equal(await users.findById('another'), undefined)
    assert.equal(await users.findByUsername('strasse '), undefined)
  })

  test(`${kind}: C18 a rehash never overwrites a password that was changed meanwhile`, async (t) => {
    const { users, credentials } = await freshStore(t, kind)
    await users.insert([user('tim')])
    const id = idOf('tim')
    await credentials.setPassword(id, 'the new hash')
    assert.equal(await credentials.replaceHash(id, 'a hash', 'the old password, hashed again'), false)
    assert.equal((await credentials.find(id))?.passwordHash, 'the new hash')
    assert.equal(await credentials.replaceHash(id, 'the new hash', 'another'), true)
  })

  test(`${kind}: a subject is locked only in the version in which it was read, and enabled`, async (t) => {
    const { users, subjects } = await freshStore(t, kind)
    await users.insert([user('tim')])
    const id = idOf('tim')
    const read = async () => (await subjects.find(id)) ?? assert.fail('tim is missing')
    const former = await read()
    assert.equal(await subjects.lock(former), true)
    // Two changes within one second.
    await subjects.endLogins(id)
    const between = await read()
    await subjects.endLogins(id)
    assert.equal(await subjects.lock(former), false)
    assert.equal(await subjects.lock(between), false)
    assert.equal(await subjects.lock(await read()), true)
    await subjects.setDisabled(id, true, 5)
    assert.equal(await subjects.lock(await read()), false)
    await subjects.setDisabled(id, false, 5)
    assert.equal(await subjects.lock(await read()), true)
    assert.equal((await read()).version, former.version + 4)
    assert.equal(await subjects.lock({ id: 'nobody', version: 1 }), false)
  })

  test(`${kind}: what ends no login changes no version`, async (t) => {
    const { users, subjects, profiles, credentials } = await freshStore(t, kind)
    const tim = user('tim')
    await users.insert([tim])
    await profiles.update(tim.subject.id, { fullName: 'Tim' }, 5)
    await credentials.replaceHash(tim.subject.id, 'a hash', 'another')
    await subjects.endTokens(tim.subject.id, 5)
    assert.deepEqual(await subjects.find(tim.subject.id), { ...tim.subject, tokensValidFrom: 6 })
  })

  test(`${kind}: the list goes through all users in order`, async (t) => {
    const { users } = await freshStore(t, kind)
    await users.insert(['c', 'A', 'b', 'D'].map((name) => user(name)))
    const usernames = async (after?: string) => (await users.list(3, after)).map(({ profile }) => profile.username)
    assert.deepEqual(await usernames(), ['A', 'b', 'c'])
    assert.deepEqual(await usernames('c'), ['D'])
  })

  test(`${kind}: what a failed transaction did is undone`, async (t) => {
    const store = await freshStore(t, kind)
    await assert.rejects(
      store.transaction(async ({ users }) => {
        await users.insert([user('tim')])
        assert.ok(await users.findByUsername('tim'))
        throw new Error('no')
      }),
      /no/,
    )
    assert.equal(await store.users.findByUsername('tim'), undefined)
  })

  test(`${kind}: a profile is changed field by field, and the time moves`, async (t) => {
    const { users, profiles } = await freshStore(t, kind)
    const { subject, profile } = user('ada', {
      email: 'ada@example.com',
      isEmailVerified: true,
      claims: { given_name: 'Ada' },
    })
    await users.insert([user('ada', profile), user('bob')])
    const { id } = subject
    assert.equal(await profiles.update(id, {}, 5), true)
    assert.deepEqual((await users.findById(id))?.profile, { ...profile, updatedAt: 5 })
    const fields = { fullName: 'Ada L.', claims: { address: { country: 'GB', formatted: 'a\n"b"' } } }
    await profiles.update(id, fields, 6)
    assert.deepEqual((await users.findById(id))?.profile, { ...profile, ...fields, updatedAt: 6 })
    await profiles.update(id, { fullName: null, claims: {} }, 7)
    assert.deepEqual((await users.findById(id))?.profile, { ...profile, fullName: null, claims: {}, updatedAt: 7 })
    assert.deepEqual((await users.findByUsername('bob'))?.profile, user('bob').profile)
  })

  test(`${kind}: I17 another e-mail address is not verified, unless the change says so`, async (t) => {
    const { users, profiles } = await freshStore(t, kind)
    await users.insert([user('ada', { email: 'ada@example.com', isEmailVerified: true })])
    const change = async (changes: ProfileChanges) => {
      await profiles.update(idOf('ada'), changes, 5)
      const found = await users.findById(idOf('ada'))
      return [found?.profile.email, found?.profile.isEmailVerified]
    }
    assert.deepEqual(await change({ email: 'ada@example.com' }), ['ada@example.com', true])
    assert.deepEqual(await change({ email: 'eve@example.com' }), ['eve@example.com', false])
    assert.deepEqual(await change({ isEmailVerified: true }), ['eve@example.com', true])
    assert.deepEqual(await change({ email: null }), [null, false])
    assert.deepEqual(await change({ email: 'ada@example.com', isEmailVerified: true }), ['ada@example.com', true])
  })

  test(`${kind}: C4 one user has a verified address, in any spelling, and logs in with it`, async (t) => {
    const { users, profiles } = await freshStore(t, kind)
    const named = async (emailKey: string) =>
      (await users.findForLogin({ usernameKey: null, emailKey }))?.profile.username
    const verified = { email: 'Ada@Müller.Example', isEmailVerified: true }
    const key = 'ada@xn--mller-kva.example'
    await users.insert([user('ada', verified), user('bob', { email: 'bob@example.com' })])
    assert.deepEqual([await named(key), await named('bob@example.com')], ['ada', undefined])
    assert.equal((await users.findByEmailKey(key))?.profile.username, 'ada')

    // Others can have it too, and do not log in with it.
    await users.insert([
      user('eve', verified),
      user('two', { ...verified, email: 'x@y.example' }),
      user('three', { ...verified, email: 'X@y.example' }),
    ])
    await profiles.update(idOf('bob'), { email: 'ADA@müller.example', isEmailVerified: true }, 5)
    assert.deepEqual([await named(key), await named('x@y.example')], ['ada', 'two'])
    assert.equal((await users.findById(idOf('bob')))?.profile.isEmailVerified, true)

    await profiles.update(idOf('ada'), { email: 'ada@example.com' }, 6)
    assert.deepEqual([await named(key), await named('ada@example.com')], [undefined, undefined])
    await profiles.update(idOf('bob'), { isEmailVerified: true }, 7)
    assert.equal(await named(key), 'bob')
    await profiles.update(idOf('bob'), { fullName: 'Bob' }, 8)
    assert.equal(await named(key), 'bob')
    await profiles.update(idOf('bob'), { isEmailVerified: false }, 9)
    assert.equal(await named(key), undefined)
  })

  test(`${kind}: C4 a username that is another user's address names the user with the username`, async (t) => {
    const { users } = await freshStore(t, kind)
    await users.insert([
      user('mallory@example.com'),
      user('ada', { email: 'mallory@example.com', isEmailVerified: true }),
    ])
    const both = { usernameKey: 'mallory@example.com', emailKey: 'mallory@example.com' }
    assert.equal((await users.findForLogin(both))?.profile.username, 'mallory@example.com')
    assert.equal(await users.findUsernameKey(both), 'mallory@example.com')
    assert.equal(await users.findUsernameKey({ ...both, usernameKey: null }), 'ada')
  })

  test(`${kind}: changing a user who does not exist changes nothing`, async (t) => {
    const { users, subjects, profiles, credentials } = await freshStore(t, kind)
    assert.equal(await subjects.setDisabled('nobody', true, 1), false)
    assert.equal(await credentials.setPassword('nobody', 'x'), false)
    assert.equal(await profiles.update('nobody', { fullName: 'x' }, 1), false)
    assert.equal(await subjects.remove('nobody', 1), false)
    assert.deepEqual(await users.findTaken([]), [])
  })

  test(`${kind}: a removed user takes the profile and the credentials along`, async (t) => {
    const { users, subjects, credentials } = await freshStore(t, kind)
    await users.insert([user('tim'), user('ada')])
    assert.equal(await subjects.remove(idOf('tim'), 5), true)
    assert.equal(await users.findByUsername('tim'), undefined)
    assert.equal(await credentials.find(idOf('tim')), undefined)
    await users.insert([user('tim', { id: 'another' })])
    assert.equal((await users.findByUsername('tim'))?.subject.id, 'another')
  })
}

test('postgres: usernames and ids that are taken are found by the indexes, however many users there are', async (t) => {
  const { url, remove } = await freshDatabase('postgres')
  t.after(remove)
  await migrateStore(url)
  const subjects = "select 'id' || n, 0, 0, 1, 1 from generate_series(1, 20000) n"
  await query(url, `insert into subjects (id, is_disabled, tokens_valid_from, version, created_at) ${subjects}`)
  const profiles = "select 'id' || n, 'user' || n, 'user' || n, 0, 1 from generate_series(1, 20000) n"
  await query(
    url,
    `insert into profiles (subject_id, username, username_key, is_email_verified, updated_at) ${profiles}`,
  )
  await query(url, "insert into credentials (subject_id, is_demo) select 'id' || n, 0 from generate_series(1, 20000) n")
  await query(url, 'analyze')
  const scans = () =>
    query(
      url,
      "select relname, seq_scan from pg_stat_user_tables where relname in ('subjects', 'profiles', 'credentials')",
    )
  const before = await scans()
  const store = await openStore({ url, migrate: false })
  const names = Array.from({ length: 500 }, (_, index) => ({ id: `new ${index}`, username: `new ${index}` }))
  // The first executions of a statement have a plan of their own each.
  for (let execution = 0; execution < 8; execution++) {
    const taken = await store.users.findTaken([
      ...names,
      { id: 'id7', username: 'other' },
      { id: 'other', username: 'USER8' },
    ])
    assert.deepEqual(taken.map(({ subject }) => subject.id).sort(), ['id7', 'id8'])
  }
  // A session reports what it scanned at its end.
  await store.close()
  assert.deepEqual(await scans(), before)
})
