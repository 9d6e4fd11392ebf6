/** What operators do with directories: check them, walk a look-up, read users again, set passwords. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { loginKeys } from '../../../src/login/login-keys.ts'
import { checkDirectory } from '../../../src/users/directories/check-directory.ts'
import { syncDirectory } from '../../../src/users/directories/sync-directory.ts'
import { traceUser } from '../../../src/users/directories/trace-user.ts'
import { plain } from '../../../src/users/import/formats/plain.ts'
import { importUsers } from '../../../src/users/import/import-users.ts'
import { setPassword } from '../../../src/users/set-password.ts'
import { updateUser } from '../../../src/users/update-user.ts'
import { databaseKinds } from '../../support/databases.ts'
import { rowsOf } from '../../support/imports.ts'
import { type ListedDirectory, type ListedUser, listedDirectory } from '../../support/listed-directory.ts'
import { startPasswordGrantServer, tokenByPassword } from '../../support/password-grant.ts'
import { tim } from '../../support/people.ts'
import type { Scope } from '../../support/scope.ts'
import type { ServerOptions, TestServer } from '../../support/server.ts'

const password = 'sommar 2026'
/** Of that password, by bcrypt's own command. */
const passwordHash = '$2b$10$lqCdaZBXrx5vtufGYPfl1.KX3tv2Xd1aBSIzcT9Bt68hc.hTb3LsC'
const bea: ListedUser = { key: 'b1', username: 'bea', fullName: 'Bea Berg', groups: ['staff'], passwordHash }
const carl: ListedUser = { key: 'c1', username: 'carl', isDisabled: true, passwordHash: 'plain text' }

function start(test: Scope, directories: readonly ListedDirectory[], options: ServerOptions = {}): Promise<TestServer> {
  return startPasswordGrantServer(test, { directories: directories.map(({ declaration }) => declaration), ...options })
}

function opened({ server: { context } }: TestServer, name: string) {
  const { directories } = context
  const directory = directories?.byName(name)
  assert.ok(directories && directory)
  return { context, directories, directory }
}

const ignore = () => {}

for (const database of databaseKinds) {
  test(`${database}: check counts the users and names those whom an earlier place has`, async (t) => {
    const first = listedDirectory('first', [bea])
    const second = listedDirectory('second', [bea, carl, { ...bea, key: 't1', username: tim.username }], {
      migrate: 'on-login',
    })
    const server = await start(t, [first, second], { database })
    const { context, directories, directory } = opened(server, 'second')
    const findings = await checkDirectory(context, directories, directory, ignore)
    assert.deepEqual(
      findings.map(({ isProblem, message }) => `${isProblem ? '!' : ' '} ${message}`),
      [
        '  has 3 users.',
        '  Users: 3. Disabled: 1.',
        '! Users who cannot log in: 1. They have no password hash, or one that Countersign cannot check.',
        '! Others come first under these usernames: bea (first), tim (a user of ours). Rename one of each.',
        '  Taken over: 0. Left: 3.',
      ],
    )
  })

  test(`${database}: the walk of a look-up says what each place has, and no hash`, async (t) => {
    const first = listedDirectory('first', [bea])
    const second = listedDirectory('second', [{ ...bea, key: 'b9' }, carl], {})
    const third = listedDirectory('third', [])
    const server = await start(t, [first, second, third], { database })
    const { sub } = decodeJwt(await tokenByPassword(server, { username: 'bea', password }))
    third.isDown = true
    const { context, directories } = opened(server, 'first')
    const walk = async (username: string) =>
      (await traceUser(context, directories, username, loginKeys(context, username))).map(
        ({ place, isProblem, message }) => `${isProblem ? '!' : ' '} ${place}: ${message}`,
      )
    assert.deepEqual(await walk('bea'), [
      `  database: ${sub}, who logged in from first with the key b1; enabled here.`,
      '  first: key b1; username bea; name Bea Berg; groups staff. Enabled. The password is checked here: bcrypt.',
      '! second: key b9; username bea; name Bea Berg; groups staff. Enabled. The password is checked here: bcrypt. Never reached: an earlier place has the username.',
      '! third: does not respond: connection refused',
    ])
    assert.deepEqual((await walk('carl')).slice(0, 3), [
      '  database: no user has this name.',
      '  first: nobody, or several, have this username.',
      '! second: key c1; username carl. Disabled. The password hash has a format that is not supported.',
    ])
    assert.match((await walk('tim'))[0] ?? '', /^ {2}database: tim, a user of ours\. The login ends here\.$/)
  })

  test(`${database}: the walk of a look-up says of a user who was taken over that the directory is not asked any more`, async (t) => {
    const people = listedDirectory('people', [bea], { migrate: 'on-login' })
    const other = listedDirectory('other', [{ ...bea, key: 'o1' }])
    const server = await start(t, [people, other], { database })
    const { sub } = decodeJwt(await tokenByPassword(server, { username: 'bea', password }))
    people.users = [{ ...bea, isDisabled: true }]
    const { context, directories } = opened(server, 'people')
    const walk = await traceUser(context, directories, 'bea', loginKeys(context, 'bea'))
    assert.deepEqual(
      walk.map(({ place, isProblem, message }) => `${isProblem ? '!' : ' '} ${place}: ${message}`),
      [
        `  database: ${sub}, who was taken over from people. The login ends here.`,
        '  people: key b1; username bea; name Bea Berg; groups staff. Disabled. The password is checked here: bcrypt. Taken over: the user of ours above.',
        '! other: key o1; username bea; name Bea Berg; groups staff. Enabled. The password is checked here: bcrypt. Never reached: an earlier place has the username.',
      ],
    )
  })

  test(`${database}: the walk of a look-up follows a verified address, as a login does`, async (t) => {
    const address = { email: 'bea@example.com', isEmailVerified: true }
    const people = listedDirectory('people', [{ ...bea, ...address }])
    const server = await start(t, [people], { database })
    const { sub } = decodeJwt(await tokenByPassword(server, { username: 'bea', password }))
    const { context, directories } = opened(server, 'people')
    const walk = async (name: string, loginWith = context.loginWith) =>
      (await traceUser(context, directories, name, loginKeys({ loginWith }, name))).map(({ message }) => message)
    assert.deepEqual(await walk('Bea@Example.com'), [
      `${sub}, who logged in from people with the key b1; enabled here.`,
      'nobody, or several, have this username.',
      'by the verified address: key b1; username bea; email bea@example.com, verified; name Bea Berg; groups staff. Enabled. The password is checked here: bcrypt.',
    ])
    people.users[0] = { ...bea, ...address, isEmailVerified: false }
    assert.equal((await walk('bea@example.com')).length, 2)
    assert.equal((await walk('bea@example.com', ['username']))[0], 'no user has this name.')
    await updateUser(context, 'tim', { email: 'tim@example.com', isEmailVerified: true })
    assert.equal((await walk('tim@example.com'))[0], 'tim, a user of ours. The login ends here.')
  })

  test(`${database}: the walk of a look-up says which user was taken over, and that other names open nobody`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bee' }], { migrate: 'on-login' })
    const server = await start(t, [people], { database })
    const { sub } = decodeJwt(await tokenByPassword(server, { username: 'bea', password }))
    const { context, directories } = opened(server, 'people')
    const walk = async (name: string, loginWith = context.loginWith) =>
      (await traceUser(context, directories, name, loginKeys({ loginWith }, name))).map(
        ({ isProblem, message }) => `${isProblem ? '!' : ' '} ${message}`,
      )
    const found =
      'key b1; username bea; name Bea Berg; groups staff. Enabled. The password is checked here: bcrypt. Taken over:'
    assert.deepEqual(await walk('bea'), [
      `  ${sub}, who was taken over from people. The login ends here.`,
      `  ${found} the user of ours above.`,
    ])
    assert.deepEqual(await walk('bee'), [
      '  no user has this name.',
      `! ${found} ${sub}, a user of ours, whom this name does not log in.`,
    ])
    assert.deepEqual(await walk('bea', ['email']), ['  users log in with addresses alone: the option loginWith.'])
  })

  test(`${database}: sync reads all users again, however new the last answers are`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await start(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    const { context, directory } = opened(server, 'people')
    assert.deepEqual(await syncDirectory(context, directory, ignore), { users: 1, ended: 0 })
    people.users = []
    assert.deepEqual(await syncDirectory(context, directory, ignore), { users: 1, ended: 1 })
    const response = await server.get('/users/me', { authorization: `Bearer ${token}` })
    assert.equal(response.status, 401)
    assert.deepEqual(await context.store.directoryLinks.count('people'), { linked: 1, out: 1, migrated: 0 })
  })

  test(`${database}: a new password is written back where the directory is writable, and ends the sessions`, async (t) => {
    const people = listedDirectory('people', [bea], { writable: true })
    const server = await start(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    server.clock.now += 1
    await setPassword(server.server.context, String(decodeJwt(token).sub), 'höst och vinter 2026')
    assert.match(people.users[0]?.passwordHash ?? '', /^\$argon2id\$/)
    assert.equal((await server.get('/users/me', { authorization: `Bearer ${token}` })).status, 401)
    assert.equal((await server.post('/token', { username: 'bea', password })).status, 401)
    await tokenByPassword(server, { username: 'bea', password: 'höst och vinter 2026' })
  })

  test(`${database}: elsewhere a new password is refused, and the message says where to change it`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await start(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    const { context } = server.server
    const set = (directories: typeof context.directories) =>
      setPassword({ ...context, directories }, String(decodeJwt(token).sub), 'höst och vinter 2026')
    await assert.rejects(set(context.directories), {
      message: 'password belongs to the directory people, which is not writable: change it there',
    })
    await assert.rejects(set(undefined), {
      message:
        'password belongs to the directory people, which is not in the option directories: add it, or remove the user',
    })
    await tokenByPassword(server, { username: 'bea', password })
  })

  test(`${database}: a directory brings back nobody whom an import disabled, before or after it`, async (t) => {
    const people = listedDirectory('people', [
      { ...bea, sub: 'bea' },
      { key: 'd1', username: 'dora', sub: 'dora', passwordHash },
    ])
    const server = await start(t, [people], { database })
    const { context, directory } = opened(server, 'people')
    for (const username of ['bea', 'dora']) await tokenByPassword(server, { username, password })
    const { users } = people
    people.users = users.slice(1)
    await syncDirectory(context, directory, ignore)
    const records = ['bea', 'dora'].map((username) => ({ username, disabled: true }))
    const update = () => importUsers(context, () => rowsOf(records), { format: plain, updatesPresent: true })
    assert.equal((await update()).updated, 2)
    people.users = []
    await syncDirectory(context, directory, ignore)
    people.users = users
    await syncDirectory(context, directory, ignore)
    for (const username of ['bea', 'dora'])
      assert.equal((await server.post('/token', { username, password })).status, 401)
    assert.equal((await update()).updated, 0)
  })
}
