import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { User } from '../../src/domain/user.ts'
import { isConflict } from '../../src/store/errors.ts'
import type { UserFields } from '../../src/store/users.ts'
import { databaseKinds, freshStore } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

function user(username: string, fields: Partial<User> = {}): User {
  return aUser(`id of ${username}`, { username, passwordHash: 'a hash', updatedAt: 4_000_000_000, ...fields })
}

for (const kind of databaseKinds) {
  test(`${kind}: a user comes back as it was put in`, async (t) => {
    const { users } = await freshStore(t, kind)
    const tim = user('Tim', { email: 'tim@example.com', fullName: 'Тим 田中 🙂', isDemo: true })
    await users.insert([tim])
    assert.deepEqual(await users.findById(tim.id), tim)
    assert.equal(await users.findById('id of nobody'), undefined)
    assert.deepEqual(await users.listDemo(), ['Tim'])
    await users.setPassword(tim.id, 'another hash', 1)
    assert.deepEqual(await users.listDemo(), [])
  })

  test(`${kind}: C4 spellings that fold together are one account`, async (t) => {
    const { users } = await freshStore(t, kind)
    const strasse = user('Straße')
    await users.insert([strasse, user('josé'.normalize('NFC'))])
    for (const spelling of ['straße', 'STRASSE', 'strasse', 'ＳＴＲＡＳＳＥ']) {
      assert.equal((await users.findByUsername(spelling))?.id, strasse.id, spelling)
    }
    assert.ok(await users.findByUsername('JOSÉ'.normalize('NFD')))
    await assert.rejects(users.insert([user('STRASSE', { id: 'another' })]), isConflict)
    assert.equal(await users.findByUsername('strasse '), undefined)
  })

  test(`${kind}: C18 a rehash never overwrites a password that was changed meanwhile`, async (t) => {
    const { users } = await freshStore(t, kind)
    const tim = user('tim')
    await users.insert([tim])
    await users.setPassword(tim.id, 'the new hash', 1)
    assert.equal(await users.replacePasswordHash(tim.id, 'a hash', 'the old password, hashed anew'), false)
    assert.equal((await users.findById(tim.id))?.passwordHash, 'the new hash')
    assert.equal(await users.replacePasswordHash(tim.id, 'the new hash', 'anew'), true)
  })

  test(`${kind}: the list goes through all users in order`, async (t) => {
    const { users } = await freshStore(t, kind)
    await users.insert(['c', 'A', 'b', 'D'].map((name) => user(name)))
    const first = await users.list(3)
    assert.deepEqual(
      first.map(({ username }) => username),
      ['A', 'b', 'c'],
    )
    assert.deepEqual(
      (await users.list(3, 'c')).map(({ username }) => username),
      ['D'],
    )
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

  test(`${kind}: what is known of a user is changed field by field, and the time moves`, async (t) => {
    const { users } = await freshStore(t, kind)
    const ada = user('ada', { email: 'ada@example.com', isEmailVerified: true, profile: { given_name: 'Ada' } })
    await users.insert([ada, user('bob')])
    assert.equal(await users.update(ada.id, {}, 5), true)
    assert.deepEqual(await users.findById(ada.id), { ...ada, updatedAt: 5 })
    const fields = { fullName: 'Ada L.', profile: { address: { country: 'GB', formatted: 'a\n"b"' } } }
    await users.update(ada.id, fields, 6)
    assert.deepEqual(await users.findById(ada.id), { ...ada, ...fields, updatedAt: 6 })
    await users.update(ada.id, { fullName: null, profile: {} }, 7)
    assert.deepEqual(await users.findById(ada.id), { ...ada, fullName: null, profile: {}, updatedAt: 7 })
    assert.deepEqual(await users.findByUsername('bob'), user('bob'))
  })

  test(`${kind}: I17 another e-mail address is not verified, unless that is said`, async (t) => {
    const { users } = await freshStore(t, kind)
    const ada = user('ada', { email: 'ada@example.com', isEmailVerified: true })
    await users.insert([ada])
    const change = async (fields: UserFields) => {
      await users.update(ada.id, fields, 5)
      const found = await users.findById(ada.id)
      return [found?.email, found?.isEmailVerified]
    }
    assert.deepEqual(await change({ email: 'ada@example.com' }), ['ada@example.com', true])
    assert.deepEqual(await change({ email: 'eve@example.com' }), ['eve@example.com', false])
    assert.deepEqual(await change({ isEmailVerified: true }), ['eve@example.com', true])
    assert.deepEqual(await change({ email: null }), [null, false])
    assert.deepEqual(await change({ email: 'ada@example.com', isEmailVerified: true }), ['ada@example.com', true])
  })

  test(`${kind}: changing a user who is not there changes nothing`, async (t) => {
    const { users } = await freshStore(t, kind)
    assert.equal(await users.setDisabled('nobody', true, 1), false)
    await users.setPassword('nobody', 'x', 1)
    assert.equal(await users.update('nobody', { fullName: 'x' }, 1), false)
    assert.equal(await users.remove('nobody', 1), false)
    assert.deepEqual(await users.findTaken([]), [])
  })
}
