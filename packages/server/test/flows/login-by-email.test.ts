/** The option `loginWith`: what users log in with, on the page and at /token; on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { unlockUser } from '../../src/login/unlock-user.ts'
import { addUser } from '../../src/users/add-user.ts'
import { updateUser } from '../../src/users/update-user.ts'
import { countChecks, givenPassword, rejectionReasons, seenByClient } from '../support/accounts.ts'
import { authorizeUrl, logIn, newPkce, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows, query } from '../support/rows.ts'
import { type TestServer, testSecret } from '../support/server.ts'

const options = { clients: [webApp] }
/** tim has the verified address tim@gmail.com. */
const password = 'tim1234'

async function statusOf({ post }: TestServer, username: string, secret = password): Promise<number> {
  return (await post('/token', { username, password: secret })).status
}

for (const database of databaseKinds) {
  test(`${database}: a verified address logs in like the username, on the page and at /token, with spaces around it`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    for (const username of ['tim', 'tim@gmail.com', ' Tim@Gmail.COM ', 'tim＠gmail.com', 'TIM@gmail.com.']) {
      assert.equal(await statusOf(server, username), 200, username)
      const { id_token } = await logIn(server, webApp, {}, userAgentOf(server), { username, password })
      assert.ok(id_token, username)
    }
    for (const username of ['tim@gmail.co', '@gmail.com', 'tim@', 'tim@gmail.com@gmail.com', 'gmail.com']) {
      assert.equal(await statusOf(server, username), 401, username)
    }
  })

  test(`${database}: an address that is not verified, or no longer the user's, logs nobody in`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    const { context } = server.server
    await updateUser(context, 'alice', { email: 'alice@example.com' })
    assert.equal(await statusOf(server, 'alice@example.com', 'secret'), 401)
    await updateUser(context, 'alice', { isEmailVerified: true })
    assert.equal(await statusOf(server, 'alice@example.com', 'secret'), 200)
    await updateUser(context, 'alice', { email: 'new@example.com' })
    assert.equal(await statusOf(server, 'alice@example.com', 'secret'), 401)
    // As a process of the former version changes it, which does not know the key.
    await updateUser(context, 'alice', { isEmailVerified: true })
    await query(server.databaseUrl, "update profiles set email = 'other@example.com' where subject_id = 'alice'")
    for (const username of ['new@example.com', 'other@example.com']) {
      assert.equal(await statusOf(server, username, 'secret'), 401, username)
    }
  })

  test(`${database}: C4 a username that is another user's address is the account of the username alone`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    await givenPassword(server, 'tim@gmail.com', "mallory's password")
    assert.equal(await statusOf(server, 'tim@gmail.com'), 401)
    assert.equal(await statusOf(server, 'tim@gmail.com', "mallory's password"), 200)
    assert.equal(await statusOf(server, 'tim'), 200)
    assert.equal(await statusOf(server, 'tim', "mallory's password"), 401)
  })

  test(`${database}: D4 C4 the username and each spelling of the address have one budget of login attempts`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database, accountFailureLimit: 4 })
    const checks = countChecks(t, server)
    for (const username of ['tim', 'tim@gmail.com', 'TIM', 'Tim@GMAIL.com']) {
      assert.equal(await statusOf(server, username, 'wrong'), 401)
    }
    assert.equal(checks(), 4)
    for (const username of ['tim@gmail.com', 'tim', 'tim@gmail.com.'])
      assert.equal(await statusOf(server, username), 401)
    assert.equal(checks(), 4)
    assert.equal(rejectionReasons(server).filter((reason) => reason === 'account_throttled').length, 3)
    await unlockUser(server.server.context, 'tim')
    assert.equal(await statusOf(server, 'tim@gmail.com'), 200)
  })

  test(`${database}: D1 a right password with the address clears what was counted with the username`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database, accountFailureLimit: 3 })
    for (let round = 0; round < 3; round++) {
      for (const username of ['tim', 'tim@gmail.com']) assert.equal(await statusOf(server, username, 'wrong'), 401)
      assert.equal(await statusOf(server, 'tim@gmail.com'), 200)
    }
    const rows = await countRows(server.databaseUrl, 'throttle')
    await statusOf(server, 'nobody@example.com')
    await statusOf(server, 'Nobody@EXAMPLE.com')
    assert.equal(await countRows(server.databaseUrl, 'throttle'), rows + 1)
  })

  test(`${database}: C2 unknown addresses and wrong passwords get the same response, after the same checks`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    const checks = countChecks(t, server)
    const outcomes = []
    for (const username of ['tim@gmail.com', 'nobody@example.com', 'tim', 'nobody']) {
      outcomes.push(await seenByClient(await server.post('/token', { username, password: 'wrong' })))
    }
    for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0])
    assert.equal(checks(), outcomes.length)
  })

  test(`${database}: a deployment that has run logs in with usernames alone, until the option is set`, async (t) => {
    const former = await startPasswordGrantServer(t, { ...options, database })
    const { databaseUrl } = former
    await query(databaseUrl, "insert into former_defaults (name) values ('login_with_username')")
    const next = await startPasswordGrantServer(t, { ...options, databaseUrl })
    assert.deepEqual([await statusOf(next, 'tim'), await statusOf(next, 'tim@gmail.com')], [200, 401])
    const set = await startPasswordGrantServer(t, { ...options, databaseUrl, loginWith: ['email'] })
    assert.deepEqual([await statusOf(set, 'tim'), await statusOf(set, 'tim@gmail.com')], [401, 200])
  })
}

test('the trace of a login names the steps as before, and no address', async (t) => {
  const server = await startPasswordGrantServer(t, options)
  const response = await server.post('/token', { username: 'nobody@example.com', password: 'wrong' })
  await server.server.context.traces.flush()
  const trace = await server.server.context.store.traces.find(response.headers.get('x-request-id') ?? '')
  const names = trace?.steps.map(({ name }) => name).filter((name) => /attempt|user/.test(name))
  assert.deepEqual(names, ['admit_attempt', 'get_user', 'authenticate_user', 'settle_attempt'])
  assert.doesNotMatch(JSON.stringify(trace), /example\.com/)
})

test('the field of the page is labelled by what users log in with, in each language', async (t) => {
  for (const [loginWith, labels] of [
    [
      undefined,
      {
        en: 'Username or email address',
        ru: 'Имя пользователя или адрес электронной почты',
        ja: 'ユーザー名またはメールアドレス',
      },
    ],
    [['username'], { en: 'Username', ru: 'Имя пользователя', ja: 'ユーザー名' }],
    [['email'], { en: 'Email address', ru: 'Адрес электронной почты', ja: 'メールアドレス' }],
  ] as const) {
    const server = await startPasswordGrantServer(t, { ...options, ...(loginWith && { loginWith }) })
    for (const [language, label] of Object.entries(labels)) {
      const agent = userAgentOf(server)
      const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { ui_locales: language })))
      assert.ok(page.body.includes(`<label for="username">${label}</label>`), label)
      const failed = await agent.submit(page, { username: 'tim@gmail.com', password: 'wrong' })
      assert.equal(failed.status, 401)
      assert.ok(failed.body.includes(`<label for="username">${label}</label>`), label)
    }
  }
})

test('a user who must log in again finds in the field what they log in with', async (t) => {
  const server = await startPasswordGrantServer(t, { ...options, loginWith: ['email'] })
  const agent = userAgentOf(server)
  await logIn(server, webApp, {}, agent, { username: 'tim@gmail.com', password })
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { prompt: 'login' })))
  assert.match(page.body, /name="username"[^>]* value="tim@gmail\.com"/)
})

test('users whose passwords are set as before can log in with an address at once', async (t) => {
  const server = await startPasswordGrantServer(t, options)
  const user = { username: 'grace', password: 'nanoseconds!', email: 'grace@example.com', isEmailVerified: true }
  await addUser(server.server.context, user)
  assert.equal(await statusOf(server, 'GRACE@example.com', 'nanoseconds!'), 200)
})

for (const [what, loginWith] of [
  ['an empty list', []],
  ['another word', ['phone']],
  ['a text', 'email'],
  ['one twice', ['email', 'email']],
] as const) {
  test(`loginWith with ${what} is refused at the start`, () => {
    const given = JSON.parse(JSON.stringify(loginWith))
    assert.throws(() => resolveOptions({ secretKey: testSecret, loginWith: given }), {
      message: /^loginWith must be a list with username, email or both/,
    })
  })
}
