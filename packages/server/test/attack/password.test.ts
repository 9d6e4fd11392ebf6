/** The password grant and the password check under attack: group C of the security cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSync } from '@node-rs/bcrypt'
import { setPassword } from '../../src/users/set-password.ts'
import { cheapHash, tim } from '../passwords/vectors.ts'
import { countChecks, eventually, givenUser, rejectionReasons, seenByClient } from '../support/accounts.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { startServer } from '../support/server.ts'

test('C1 without the password grant no password is exchanged for a token, and nothing advertises it', async (t) => {
  const { post, get } = await startServer(t)
  const errorOf = async (form: Record<string, string>) => JSON.parse(await (await post('/token', form)).text()).error
  const login = { username: 'tim', password: 'tim1234' }
  assert.equal(await errorOf({ grant_type: 'password', ...login }), 'unsupported_grant_type')
  assert.equal(await errorOf(login), 'invalid_request')
  const { components } = JSON.parse(await (await get('/openapi.json')).text())
  const { properties } = components.schemas.TokenForm
  assert.ok(!Object.hasOwn(properties, 'username') && !Object.hasOwn(properties, 'password'))
  assert.ok(!properties.grant_type.enum.includes('password'))
  assert.doesNotMatch(JSON.stringify(components.securitySchemes), /tokenUrl|flows/)
})

for (const database of databaseKinds) {
  test(`C2 ${database}: failed logins do not differ in status, headers or body`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 1 })
    await givenUser(server, { username: 'disabled', passwordHash: cheapHash, isDisabled: true })
    await givenUser(server, { username: 'passwordless' })
    await givenUser(server, { username: 'damaged', passwordHash: '$2b$03$' })
    const login = async (username: string, password: string) =>
      seenByClient(await server.post('/token', { username, password }))

    const wrong = await login('tim', 'wrong')
    assert.equal(wrong.status, 401)
    assert.deepEqual(await login('nobody', 'wrong'), wrong)
    assert.deepEqual(await login('disabled', 'password'), wrong)
    assert.deepEqual(await login('passwordless', 'password'), wrong)
    assert.deepEqual(await login('damaged', 'password'), wrong)
    assert.deepEqual(await login('tim', 'tim1234'), wrong)
    assert.deepEqual(await login('nobody', 'wrong'), wrong)
    assert.deepEqual(rejectionReasons(server), [
      'password_mismatch',
      'unknown_user',
      'user_disabled',
      'unusable_hash',
      'malformed_hash',
      'account_throttled',
      'account_throttled',
    ])
  })
}

const spellings: readonly (readonly [username: string, isSame: boolean])[] = [
  ['ALICE', true],
  ['Alice', true],
  ['\uff21\uff4c\uff49\uff43\uff45', true],
  ['alice ', true],
  [' alice', true],
  ['\u3000alice\t', true],
  ['ali\u200dce', false],
  ['\u0430lice', false],
  ['alice@EXAMPLE.com', false],
  ['al\u00edce', false],
]

for (const [username, isSame] of spellings) {
  test(`C4 ${JSON.stringify(username)} is ${isSame ? 'alice, with her login-attempt budget' : 'no user'}`, async (t) => {
    const server = await startPasswordGrantServer(t, { accountFailureLimit: 2 })
    const login = async (name: string) => (await server.post('/token', { username: name, password: 'secret' })).status
    assert.equal(await login(username), isSame ? 200 : 401)
    assert.equal(await login('alice'), 200)
    await server.post('/token', { username, password: 'wrong' })
    await server.post('/token', { username, password: 'wrong' })
    assert.equal(await login('alice'), isSame ? 401 : 200)
  })
}

test('C4 composed and decomposed letters are the same username', async (t) => {
  const server = await startPasswordGrantServer(t)
  const user = await givenUser(server, { username: 'Zo\u00eb', passwordHash: cheapHash })
  const token = await tokenByPassword(server, { username: 'zoe\u0308', password: 'password' })
  const response = await server.get('/users/me', { authorization: `Bearer ${token}` })
  assert.equal(JSON.parse(await response.text()).username, user.profile.username)
})

for (const password of ['tim1234 ', ' tim1234', 'Tim1234', 'TIM1234', 'tim1234\t', 'tim1234\n', 'tim123', 'tim12345']) {
  test(`C5 ${JSON.stringify(password)} is not tim1234`, async (t) => {
    const { post } = await startPasswordGrantServer(t)
    assert.equal((await post('/token', { username: 'tim', password })).status, 401)
  })
}

test('C5 white space around a password is part of it', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenUser(server, { username: 'spacious', passwordHash: await server.server.context.passwords.hash(' a b ') })
  assert.equal((await server.post('/token', { username: 'spacious', password: ' a b ' })).status, 200)
  assert.equal((await server.post('/token', { username: 'spacious', password: 'a b' })).status, 401)
})

for (const length of [64, 128, 1024]) {
  test(`C6 a password of ${length} characters is compared to its last character`, async (t) => {
    const server = await startPasswordGrantServer(t)
    const password = '\u{1f511}'.repeat(length - 1)
    const passwordHash = await server.server.context.passwords.hash(`${password}a`)
    await givenUser(server, { username: 'long', passwordHash })
    assert.equal((await server.post('/token', { username: 'long', password: `${password}a` })).status, 200)
    assert.equal((await server.post('/token', { username: 'long', password: `${password}b` })).status, 401)
  })
}

const tooLong: readonly (readonly [length: number, status: number])[] = [
  [1025, 400],
  [60_000, 400],
  [1024 * 1024, 413],
]

for (const [length, status] of tooLong) {
  test(`C6 a password of ${length} characters gets ${status}, without hashing and without using the budget`, async (t) => {
    const server = await startPasswordGrantServer(t, { accountFailureLimit: 1 })
    const checks = countChecks(t, server)
    const response = await server.post('/token', { username: 'tim', password: 'a'.repeat(length) })
    assert.equal(response.status, status)
    assert.equal(checks(), 0)
    assert.equal((await server.post('/token', { username: 'tim', password: 'tim1234' })).status, 200)
  })
}

test('C8 a bcrypt hash of a password over 72 bytes is replaced by a hash of the whole password at the first login', async (t) => {
  const server = await startPasswordGrantServer(t)
  const password = 'correct horse '.repeat(6)
  await givenUser(server, { username: 'bob', passwordHash: hashSync(password, 4) })
  const { credentials } = server.server.context.store
  const login = async (attempt: string) => (await server.post('/token', { username: 'bob', password: attempt })).status

  assert.equal(await login(password), 200)
  await eventually(async () => (await credentials.find('bob'))?.passwordHash?.startsWith('$argon2id$') === true)
  assert.equal(await login(password.slice(0, 72)), 401)
  assert.equal(await login(password), 200)
})

const unusableHashes: readonly (readonly [id: string, hash: string | null])[] = [
  ...[null, '', '!', '!abc', '*', 'x', 'null'].map((hash) => ['C9', hash] as const),
  ...['$2b$03$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm', `$2x${tim.hash.slice(3)}`].map(
    (hash) => ['C10', hash] as const,
  ),
  ...['$pbkdf2-sha256$abc$AAAA$AAAA', cheapHash.slice(0, -1), `${cheapHash}A`, 'password', '$argon2id$v=19$'].map(
    (hash) => ['C10', hash] as const,
  ),
  ['C10', '$2b$12$abcdefghijklmnopqrstuvwZ1IOTtu3SsEBT5lI/LFncP31tIybm'],
]

for (const [id, passwordHash] of unusableHashes) {
  test(`${id} the stored hash ${JSON.stringify(passwordHash)} lets no user log in and breaks nothing`, async (t) => {
    const server = await startPasswordGrantServer(t)
    await givenUser(server, { username: 'bob', passwordHash })
    const checks = countChecks(t, server)
    const unknown = await seenByClient(await server.post('/token', { username: 'nobody', password: 'password' }))
    for (const password of ['password', 'x', 'null', '!']) {
      assert.deepEqual(await seenByClient(await server.post('/token', { username: 'bob', password })), unknown)
    }
    assert.equal(checks(), 5)
    const alerts = server.log.filter((line) => line.level === 'error')
    assert.equal(alerts.length, id === 'C10' ? 4 : 0)
    assert.ok(!JSON.stringify(server.log).includes('$'))
  })
}

test('C9 an empty password is missing and one with NUL is rejected, whatever is stored', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenUser(server, { username: 'empty', passwordHash: hashSync('', 4) })
  for (const password of ['', '%00', 'tim1234%00', '%00tim1234']) {
    for (const username of ['tim', 'empty']) {
      assert.equal((await server.post('/token', `username=${username}&password=${password}`)).status, 400)
    }
  }
})

const unicode: readonly (readonly [title: string, original: string, entered: string])[] = [
  ['composed and entered decomposed', 'p\u00e4ssw\u00f6rd', 'pa\u0308sswo\u0308rd'],
  ['with a ligature and entered without', '\ufb01sh and chips', 'fish and chips'],
]

for (const [title, set, entered] of unicode) {
  test(`C12 a password set ${title} is the same password`, async (t) => {
    const server = await startPasswordGrantServer(t)
    await givenUser(server, { username: 'bob', passwordHash: await server.server.context.passwords.hash(set) })
    assert.equal((await server.post('/token', { username: 'bob', password: entered })).status, 200)
  })
}

test('C12 an imported hash of raw bytes is checked with the password as typed', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenUser(server, { username: 'bob', passwordHash: hashSync('\ufb01sh and chips', 4) })
  assert.equal((await server.post('/token', { username: 'bob', password: '\ufb01sh and chips' })).status, 200)
})

test('C17 of 200 parallel logins, those above the queue limit must try again later and use no budget', async (t) => {
  const server = await startPasswordGrantServer(t, {
    passwordWorkers: 1,
    passwordQueueLimit: 8,
    accountFailureLimit: 1,
  })
  const order: string[] = []
  const login = async (username: string) => {
    const response = await server.post('/token', { username, password: 'wrong' })
    order.push(`login ${response.status}`)
    if (response.status === 503) assert.equal(response.headers.get('retry-after'), '1')
    return { username, status: response.status }
  }
  const logins = Array.from({ length: 200 }, (_, at) => login(`user ${at}`))
  for (const path of ['/healthz', '/.well-known/jwks.json']) order.push(`${path} ${(await server.get(path)).status}`)
  const outcomes = await Promise.all(logins)

  const last = order.lastIndexOf('login 401')
  assert.ok(order.indexOf('/healthz 200') < last && order.indexOf('/.well-known/jwks.json 200') < last)
  const rejected = outcomes.filter(({ status }) => status === 503)
  const checked = outcomes.filter(({ status }) => status === 401)
  assert.equal(rejected.length + checked.length, 200)
  assert.ok(rejected.length > 0 && checked.length >= 9)
  assert.equal((await login(rejected[0]?.username ?? '')).status, 401)
  assert.equal((await login(checked[0]?.username ?? '')).status, 401)
  assert.deepEqual(rejectionReasons(server).slice(-2), ['unknown_user', 'account_throttled'])
})

for (const database of databaseKinds) {
  test(`C18 ${database}: after two parallel logins of a legacy user and a password change, the new password is stored`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    const { context } = server.server
    const user = await givenUser(server, { username: 'legacy', passwordHash: cheapHash })
    const login = async (password: string) => (await server.post('/token', { username: 'legacy', password })).status

    const logins = [login('password'), login('password')]
    const change = setPassword(context, user.subject.id, 'a new password')
    assert.ok((await Promise.all(logins)).includes(200))
    await change
    await eventually(() => context.passwords.running + context.passwords.queued === 0)
    await new Promise((resolve) => setImmediate(resolve))
    await context.store.probe('a test', 0)
    assert.equal(await login('password'), 401)
    assert.equal(await login('a new password'), 200)
    assert.deepEqual(
      server.log.filter((line) => line.level === 'warn' || line.level === 'error'),
      [],
    )
  })
}
