/** The operations on users, as the command line and later other programs call them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addUser } from '../../src/users/add-user.ts'
import { disableUser, enableUser } from '../../src/users/disable-user.ts'
import { findUser, inspectPassword, listUsers } from '../../src/users/find-users.ts'
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
  for (const { message } of error.problems) assert.match(message, /^[A-Z].*\.$/)
  return error.problems.map(({ code, field }) => `${code} ${field}`)
}

for (const database of databaseKinds) {
  test(`${database}: a user is added, found, changed, disabled, enabled and removed`, async (t) => {
    const testServer = await startPasswordGrantServer(t, { database })
    const ctx = testServer.server.context
    const login = (username: string, password: string) => tokenByPassword(testServer, { username, password })
    const added = await addUser(ctx, { username: 'Grace', password: 'nanoseconds!', fullName: 'Grace Hopper' })
    assert.deepEqual(await findUser(ctx, 'grace'), added)
    await login('grace', 'nanoseconds!')
    const { id } = added.subject
    assert.equal(await updateUser(ctx, added, { email: 'grace@example.com', claims: { nickname: 'Amazing' } }), true)
    const changed = (await findUser(ctx, 'grace'))?.profile
    assert.deepEqual(
      [changed?.email, changed?.fullName, changed?.claims],
      ['grace@example.com', 'Grace Hopper', { nickname: 'Amazing' }],
    )
    await setPassword(ctx, id, 'a moth in the relay')
    await login('grace', 'a moth in the relay')
    const password = await inspectPassword(ctx, id)
    assert.equal(password.status === 'usable' && password.scheme, 'argon2id')
    assert.equal(await disableUser(ctx, id), true)
    await assert.rejects(login('grace', 'a moth in the relay'), /401/)
    assert.equal(await enableUser(ctx, id), true)
    await login('grace', 'a moth in the relay')
    assert.equal(await removeUser(ctx, id), true)
    assert.equal(await removeUser(ctx, id), false)
    assert.equal(await findUser(ctx, 'grace'), undefined)
    assert.equal(await updateUser(ctx, added, { fullName: null }), false)
    for (const change of [disableUser, enableUser]) assert.equal(await change(ctx, id), false)
  })

  test(`${database}: updateUser waits for another change of the profile, and keeps its claims`, async (t) => {
    const { server, databaseUrl } = await startServer(t, { database })
    const ctx = server.context
    const tim = (await findUser(ctx, 'tim')) ?? assert.fail('tim is missing')
    const { update } = await ctx.store.transaction(async ({ profiles }) => {
      await profiles.update(tim.subject.id, { claims: { nickname: 'Tim' } }, 1_800_000_000)
      const update = updateUser(ctx, tim, { claims: { zoneinfo: 'Europe/Berlin' } })
      await untilBlocked(databaseUrl)
      return { update }
    })
    await update
    const changes = [{ locale: 'de' }, { website: 'https://tim.example' }]
    await Promise.all(changes.map((claims) => updateUser(ctx, tim, { claims })))
    assert.deepEqual((await findUser(ctx, 'tim'))?.profile.claims, {
      nickname: 'Tim',
      zoneinfo: 'Europe/Berlin',
      locale: 'de',
      website: 'https://tim.example',
    })
  })

  test(`${database}: pages of users follow one another, and the last one says so`, async (t) => {
    const { server } = await startServer(t, { database })
    await addUser(server.context, { username: 'bob', password: 'long enough' })
    const first = await listUsers(server.context, { max: 2 })
    assert.deepEqual(
      first.users.map(({ profile }) => profile.username),
      ['alice', 'bob'],
    )
    const second = await listUsers(server.context, { max: 2, cursor: first.next })
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
    const tim = (await findUser(ctx, 'tim')) ?? assert.fail('tim is missing')
    const wrong = { email: 'a@b@c', fullName: 'a\nb', claims: { birthdate: 'today', role: 'admin' } }
    assert.deepEqual(await problemsOf(updateUser(ctx, tim, wrong)), [
      'invalid email',
      'invalid fullName',
      'invalid claims.birthdate',
      'invalid claims.role',
    ])
    assert.deepEqual(await problemsOf(setPassword(ctx, 'tim', 'short')), ['invalid password'])
    assert.deepEqual(await findUser(ctx, 'tim'), tim)
  })
}
