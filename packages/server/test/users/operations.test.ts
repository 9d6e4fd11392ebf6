/** The operations on users, as the command line and later other programs call them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlockUser } from '../../src/login/unlock-user.ts'
import { addUser, type NewUser } from '../../src/users/add-user.ts'
import { disableUser, enableUser } from '../../src/users/disable-user.ts'
import { findUserByName, inspectPassword, listUsers } from '../../src/users/find-users.ts'
import { plain } from '../../src/users/import/formats/plain.ts'
import { importUsers } from '../../src/users/import/import-users.ts'
import type { ProfileFields } from '../../src/users/profile-changes.ts'
import { removeUser } from '../../src/users/remove-user.ts'
import { setPassword } from '../../src/users/set-password.ts'
import { updateUser } from '../../src/users/update-user.ts'
import { UserError } from '../../src/users/user-problem.ts'
import { databaseKinds } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { startServer } from '../support/server.ts'

/** The code and the field of each problem that `work` is rejected with. */
async function problemsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => assert.fail('it was not rejected'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof UserError)
  assert.equal(error.message, error.problems.map(({ field, message }) => `${field} ${message}`).join('\n'))
  return error.problems.map(({ code, field }) => `${code} ${field}`)
}

for (const database of databaseKinds) {
  test(`${database}: a user is added, found, changed, disabled, enabled and removed`, async (t) => {
    const testServer = await startPasswordGrantServer(t, { database })
    const ctx = testServer.server.context
    const login = (username: string, password: string) => tokenByPassword(testServer, { username, password })
    const added = await addUser(ctx, { username: 'Grace', password: 'nanoseconds!', fullName: 'Grace Hopper' })
    assert.deepEqual(await findUserByName(ctx, 'grace'), added)
    await login('grace', 'nanoseconds!')
    const { id } = added.subject
    await updateUser(ctx, id, { email: 'grace@example.com', claims: { nickname: 'Amazing' } })
    const changed = (await findUserByName(ctx, 'grace'))?.profile
    assert.deepEqual(
      [changed?.email, changed?.fullName, changed?.claims],
      ['grace@example.com', 'Grace Hopper', { nickname: 'Amazing' }],
    )
    await setPassword(ctx, id, 'a moth in the relay')
    await login('grace', 'a moth in the relay')
    const password = await inspectPassword(ctx, id)
    assert.equal(password.status === 'usable' && password.scheme, 'argon2id')
    await disableUser(ctx, id)
    await assert.rejects(login('grace', 'a moth in the relay'), /401/)
    await enableUser(ctx, id)
    await login('grace', 'a moth in the relay')
    await removeUser(ctx, id)
    assert.equal(await findUserByName(ctx, 'grace'), undefined)
    assert.deepEqual(await problemsOf(updateUser(ctx, id, { fullName: null })), ['unknown_user id'])
    assert.deepEqual(await problemsOf(setPassword(ctx, id, 'long enough')), ['unknown_user id'])
    for (const change of [disableUser, enableUser, unlockUser, removeUser]) {
      assert.deepEqual(await problemsOf(change(ctx, id)), ['unknown_user id'], change.name)
    }
  })

  test(`${database}: C4 a verified address, or a username like one, belongs to one user`, async (t) => {
    const ctx = (await startServer(t, { database })).server.context
    const password = 'nanoseconds!'
    const grace = await addUser(ctx, { username: 'Grace@Example.com', password })
    const { id } = grace.subject
    // tim has the verified address tim@gmail.com.
    const tims = { email: 'Tim@GMAIL.com', isEmailVerified: true }
    assert.deepEqual(await problemsOf(addUser(ctx, { username: 'eve', password, ...tims })), ['taken email'])
    for (const username of ['TIM@gmail.com', 'tim＠gmail.com', 'tim@ＧＭＡＩＬ.com']) {
      assert.deepEqual(await problemsOf(addUser(ctx, { username, password })), ['taken username'], username)
    }
    assert.deepEqual(await problemsOf(updateUser(ctx, id, tims)), ['taken email'])
    const graces = { email: 'grace@example.com', isEmailVerified: true }
    assert.deepEqual(await problemsOf(updateUser(ctx, 'alice', graces)), ['taken email'])
    await updateUser(ctx, 'alice', { ...graces, isEmailVerified: false })
    assert.deepEqual(await problemsOf(updateUser(ctx, 'alice', { isEmailVerified: true })), ['taken email'])

    await updateUser(ctx, id, graces)
    await updateUser(ctx, 'tim', { email: 'TIM@gmail.com', isEmailVerified: true, fullName: 'Tim R.' })
    await updateUser(ctx, 'tim', { email: null })
    await updateUser(ctx, 'alice', tims)
    assert.equal((await ctx.store.users.findByEmailKey('tim@gmail.com'))?.subject.id, 'alice')
  })

  test(`${database}: a locked user is unlocked, and no other one`, async (t) => {
    const testServer = await startPasswordGrantServer(t, { database, accountFailureLimit: 2 })
    const ctx = testServer.server.context
    const login = (username: string, password: string) => tokenByPassword(testServer, { username, password })
    for (const username of ['tim', 'tim', 'alice', 'alice']) await assert.rejects(login(username, 'wrong'), /401/)
    await assert.rejects(login('tim', 'tim1234'), /401/)
    await unlockUser(ctx, 'tim')
    await login('TIM', 'tim1234')
    await assert.rejects(login('alice', 'secret'), /401/)
  })

  test(`${database}: updateUser waits for another change of the profile, and keeps its claims`, async (t) => {
    const { server, databaseUrl } = await startServer(t, { database })
    const ctx = server.context
    const tim = (await findUserByName(ctx, 'tim')) ?? assert.fail('tim is missing')
    const { update } = await ctx.store.transaction(async ({ profiles }) => {
      await profiles.update(tim.subject.id, { claims: { nickname: 'Tim' } }, 1_800_000_000)
      const update = updateUser(ctx, tim.subject.id, { claims: { zoneinfo: 'Europe/Berlin' } })
      await untilBlocked(databaseUrl)
      return { update }
    })
    await update
    const changes = [{ locale: 'de' }, { website: 'https://tim.example' }]
    await Promise.all(changes.map((claims) => updateUser(ctx, tim.subject.id, { claims })))
    assert.deepEqual((await findUserByName(ctx, 'tim'))?.profile.claims, {
      nickname: 'Tim',
      zoneinfo: 'Europe/Berlin',
      locale: 'de',
      website: 'https://tim.example',
    })
  })

  test(`${database}: pages of users follow one another, and the last one says so`, async (t) => {
    const { server } = await startServer(t, { database })
    await addUser(server.context, { username: 'bob', password: 'long enough' })
    const first = await listUsers(server.context, { limit: 2 })
    assert.deepEqual(
      first.users.map(({ profile }) => profile.username),
      ['alice', 'bob'],
    )
    const second = await listUsers(server.context, { limit: 2, after: first.next })
    assert.deepEqual(
      second.users.map(({ profile }) => profile.username),
      ['tim'],
    )
    assert.equal(second.next, undefined)
  })

  test(`${database}: a problem has a code and the field that it is about`, async (t) => {
    const { server } = await startServer(t, { database })
    const ctx = server.context
    const user = { username: 'bob', password: 'long enough' }
    assert.deepEqual(await problemsOf(addUser(ctx, { ...user, username: 'TIM' })), ['taken username'])
    assert.deepEqual(await problemsOf(addUser(ctx, { ...user, username: 'ali\u200dce' })), ['invalid username'])
    assert.deepEqual(await problemsOf(addUser(ctx, { ...user, password: 'short' })), ['invalid password'])
    assert.deepEqual(await problemsOf(addUser(ctx, { ...user, isEmailVerified: true })), ['missing email'])
    const tim = (await findUserByName(ctx, 'tim')) ?? assert.fail('tim is missing')
    const wrong = { email: 'a@b@c', fullName: 'a\nb', claims: { birthdate: 'today', role: 'admin' } }
    assert.deepEqual(await problemsOf(updateUser(ctx, 'tim', wrong)), [
      'invalid email',
      'invalid fullName',
      'invalid claims.birthdate',
      'invalid claims.role',
    ])
    assert.deepEqual(await problemsOf(setPassword(ctx, 'tim', 'short')), ['invalid password'])
    assert.deepEqual(await findUserByName(ctx, 'tim'), tim)
  })

  test(`${database}: an import whose rows change between its two reads imports nothing`, async (t) => {
    const { server } = await startServer(t, { database })
    const changes: readonly (readonly [before: readonly object[], after: readonly object[]])[] = [
      [[{ username: 'bob' }], [{ username: 'eve' }]],
      [[{ username: 'bob' }], [{ username: 'bob', full_name: 'Bob' }]],
      [
        [{ username: 'bob' }, { username: 'eve' }],
        [{ username: 'eve' }, { username: 'bob' }],
      ],
      [[{ username: 'bob' }, { username: 'eve' }], [{ username: 'bob' }]],
      [[{ username: 'bob' }], [{ username: 'bob' }, { username: 'not valid\n' }]],
    ]
    for (const reads of changes) {
      const remaining = [...reads]
      async function* rows() {
        for (const value of remaining.shift() ?? []) yield { place: 'an entry', value }
      }
      const imported = importUsers(server.context, rows, { format: plain })
      await assert.rejects(imported, /the file changed during the import/)
      assert.equal((await listUsers(server.context)).users.length, 2)
    }
  })

  test(`${database}: each problem of a row of an import has a code and the member that it is about`, async (t) => {
    const { server } = await startServer(t, { database })
    const values = [
      { username: 'bob' },
      { username: 'BOB', id: 'another' },
      { username: 'eve', id: 'bob' },
      { username: 'ann', id: 'tim' },
      { username: 'TIM', id: 'another' },
      { id: 'nameless' },
      { username: ' cat ', hashed_password: 'md5' },
      { username: 'dan', disabled: 'perhaps', full_name: 1 },
      'not an object',
      { username: 'alice', id: 'alice' },
    ]
    async function* rows() {
      for (const [index, value] of values.entries()) yield { place: `entry ${index + 1}`, value }
    }
    const report = await importUsers(server.context, rows, { format: plain })
    assert.equal(report.imported, 0)
    assert.equal(report.present, 1)
    assert.deepEqual(
      report.rejectedRows.map(({ row, problems }) => [row, ...problems.map(({ code, field }) => `${code} ${field}`)]),
      [
        [2, 'taken username'],
        [3, 'taken id'],
        [4, 'taken id'],
        [5, 'taken username'],
        [6, 'missing username'],
        [7, 'invalid username', 'invalid hashed_password'],
        [8, 'invalid full_name', 'invalid disabled'],
        [9, 'invalid undefined'],
      ],
    )
  })

  test(`${database}: a value of a wrong type is a problem of every operation`, async (t) => {
    const { server } = await startServer(t, { database })
    const ctx = server.context
    const bob = { username: 'bob', password: 'long enough' }
    const wrong: readonly (readonly [given: unknown, problems: readonly string[]])[] = [
      [null, ['invalid fields']],
      [undefined, ['invalid fields']],
      ['x', ['invalid fields']],
      [[], ['invalid fields']],
      [{ email: 5 }, ['invalid email']],
      [{ email: {} }, ['invalid email']],
      [{ fullName: [] }, ['invalid fullName']],
      [{ email: 'a@b.c', isEmailVerified: 'no' }, ['invalid isEmailVerified']],
      [{ isEmailVerified: null }, ['invalid isEmailVerified']],
      [{ claims: null }, ['invalid claims']],
      [{ claims: 'ab' }, ['invalid claims']],
      [{ claims: ['ab'] }, ['invalid claims']],
      [{ updatedAt: 0, role: 'x' }, ['invalid updatedAt', 'invalid role']],
      [
        Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`x${n}`, n])),
        Array.from({ length: 20 }, (_, n) => `invalid x${n}`),
      ],
    ]
    for (const [given, expected] of wrong) {
      // What a program without types may give.
      const fields = given as ProfileFields
      assert.deepEqual(await problemsOf(updateUser(ctx, 'tim', fields)), expected)
      const isFields = typeof given === 'object' && given !== null && !Array.isArray(given)
      const added = addUser(ctx, (isFields ? { ...bob, ...given } : given) as NewUser)
      assert.deepEqual(await problemsOf(added), expected)
    }
    assert.deepEqual(await problemsOf(updateUser(ctx, 'tim', { username: 'x' } as ProfileFields)), ['invalid username'])
    for (const username of [5, null, undefined, {}]) {
      assert.deepEqual(await problemsOf(addUser(ctx, { ...bob, username: username as string })), ['invalid username'])
    }
    for (const username of [5, null, undefined, {}, 'a\0b', 'a'.repeat(1_000_000)]) {
      assert.deepEqual(await problemsOf(findUserByName(ctx, username as string)), ['invalid username'])
    }
    for (const password of [5, null, undefined, {}]) {
      assert.deepEqual(await problemsOf(addUser(ctx, { ...bob, password: password as string })), ['invalid password'])
      assert.deepEqual(await problemsOf(setPassword(ctx, 'tim', password as string)), ['invalid password'])
    }
    assert.equal(await findUserByName(ctx, 'bob'), undefined)
  })

  test(`${database}: an invalid id is a problem of every operation, and so is an invalid page`, async (t) => {
    const { server } = await startServer(t, { database })
    const ctx = server.context
    for (const wrong of [null, undefined, 5, {}, Symbol('x'), 'a\0b', 'x'.repeat(1_000_000)]) {
      // What a program without types may give.
      const id = wrong as string
      const operations = [
        () => updateUser(ctx, id, {}),
        () => setPassword(ctx, id, 'long enough'),
        () => disableUser(ctx, id),
        () => enableUser(ctx, id),
        () => removeUser(ctx, id),
        () => inspectPassword(ctx, id),
      ]
      for (const operation of operations) assert.deepEqual(await problemsOf(operation()), ['invalid id'])
    }
    assert.deepEqual(await problemsOf(removeUser(ctx, '\ud800')), ['unknown_user id'])
    for (const limit of [0, -1, 501, 1.5, Number.NaN, '1', null]) {
      assert.deepEqual(await problemsOf(listUsers(ctx, { limit: limit as number })), ['invalid limit'])
    }
    for (const after of [5, null, 'a\0']) {
      assert.deepEqual(await problemsOf(listUsers(ctx, { after: after as string })), ['invalid after'])
    }
  })
}
