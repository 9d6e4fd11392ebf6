/** Authorization codes under attack: F9, F22 and group G of the security cases (RFC 6749 §4.1.3, §10.5; RFC 7636 §4.6, §7.1). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { maxTokenLifetime } from '../../src/tokens/lifetime.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { rejectionReasons } from '../support/accounts.ts'
import { givenCode } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import {
  exchange,
  logIn,
  newPkce,
  singlePageApp,
  type Tokens,
  userAgentOf,
  webApp,
  withoutPkce,
} from '../support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { patient } from '../support/patience.ts'
import { dumpOf, query } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

const clients = [webApp, singlePageApp, withoutPkce, { ...webApp, client_id: 'other' }]
const scope = { scope: 'openid me' }

/** For the tests that leave nothing behind that another test would see. */
const server = await startServer({ after }, { clients })

/** Statements after which no refresh token can be stored, and then again. */
const failingInsertions: Readonly<Record<DatabaseKind, { readonly fail: string; readonly succeed: string }>> = {
  sqlite: {
    fail: "create trigger failing before insert on refresh_tokens begin select raise(abort, 'failing'); end",
    succeed: 'drop trigger failing',
  },
  postgres: {
    fail: 'alter table refresh_tokens add constraint failing check (false) not valid',
    succeed: 'alter table refresh_tokens drop constraint failing',
  },
}

async function rejects(server: TestServer, form: Record<string, string | undefined>, client = webApp): Promise<void> {
  const { status, body } = await exchange(server, client, form)
  assert.deepEqual(
    [status, body['error'], body['error_description']],
    [400, 'invalid_grant', 'The authorization code is not valid'],
  )
}

for (const client of [webApp, singlePageApp]) {
  test(`F9 ${client.client_name}: a challenge with no verifier, with a wrong one or with the challenge as verifier is invalid_grant`, async () => {
    const challenge = newPkce()
    for (const verifier of [undefined, newPkce().verifier, 'a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)}+`]) {
      const { form } = await givenCode(server, client)
      await rejects(server, { ...form, code_verifier: verifier }, client)
    }
    const { form } = await givenCode(server, client, { code_challenge: challenge.challenge })
    await rejects(server, { ...form, code_verifier: challenge.challenge }, client)
  })
}

test('F9 a verifier for a code that was requested without a challenge is invalid_grant: an attacker removed the challenge', async () => {
  const none = { code_challenge: undefined, code_challenge_method: undefined }
  const { form } = await givenCode(server, withoutPkce, none)
  await rejects(server, form, withoutPkce)
  const { form: other } = await givenCode(server, withoutPkce, none)
  const { status } = await exchange(server, withoutPkce, { ...other, code_verifier: undefined })
  assert.equal(status, 200)
})

for (const database of databaseKinds) {
  test(`${database}: F22 a code has 256 random bits, expires after a minute, and is neither in the database nor in the log`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code, form } = await givenCode(server, webApp)
    assert.match(code, /^ac_[A-Za-z0-9_-]{43}$/)
    await exchange(server, webApp, { ...form, redirect_uri: 'https://evil.example/cb' })
    await exchange(server, webApp, form)
    await server.server.context.traces.flush()
    const dump = await dumpOf(server.databaseUrl)
    assert.ok(dump.includes(hashToken(code)))
    for (const text of [dump, JSON.stringify(server.log)]) assert.equal(text.includes(code.slice(3)), false)
  })

  test(`${database}: a code is not consumed by an exchange that fails in the database`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { form } = await givenCode(server, webApp, scope)
    const { fail, succeed } = failingInsertions[database]
    await query(server.databaseUrl, fail)
    assert.equal((await exchange(server, webApp, form)).status, 500)
    await query(server.databaseUrl, succeed)
    assert.equal((await exchange(server, webApp, form)).status, 200)
  })

  for (const later of [0, 30, 3600]) {
    test(`${database}: G1 a code that is used again after ${later} s is rejected, and its tokens are revoked`, async (t) => {
      const server = await startServer(t, { database, clients })
      const { form } = await givenCode(server, webApp, scope)
      const bystander = await logIn(server, webApp, scope)
      const first = await exchange(server, webApp, form)
      assert.equal(first.status, 200)
      const { access_token: accessToken, refresh_token: refreshToken } = first.body as unknown as Tokens
      assert.equal(await opens(server, accessToken), true)
      server.clock.now += later

      await rejects(server, form)

      assert.equal(await opens(server, accessToken), false)
      const refreshed = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: refreshToken })
      assert.equal(refreshed.body['error'], 'invalid_grant')
      assert.ok(rejectionReasons(server).includes('code_replayed'))
      if (later < 1800) assert.equal(await opens(server, bystander.access_token), true)
      const incidents = await server.server.context.store.incidents.list(0, 10)
      assert.deepEqual(
        incidents.map(({ kind, clientId, userId }) => [kind, clientId, userId]),
        [['code_replayed', 'web-app', 'tim']],
      )
    })
  }

  test(`${database}: G2 of 50 parallel exchanges at three servers exactly one succeeds, in every round`, async (t) => {
    const first = await startServer(t, { database, clients, ...patient })
    const options = { databaseUrl: first.databaseUrl, clients, ...patient }
    const others = [await startServer(t, options), await startServer(t, options)]
    const servers = [first, ...others]
    const agent = userAgentOf(first)
    for (let round = 0; round < 4; round++) {
      const { form } = await givenCode(first, singlePageApp, scope, { agent })
      const requests = Array.from({ length: 50 }, (_, at) => exchange(servers[at % 3] ?? first, singlePageApp, form))
      const responses = await Promise.all(requests)
      const [winner, ...more] = responses.filter(({ status }) => status === 200)
      assert.ok(winner)
      assert.equal(more.length, 0)
      for (const { body } of responses.filter((response) => response !== winner))
        assert.equal(body['error'], 'invalid_grant')
      // The other exchanges were reuse: the tokens of the winner are revoked.
      assert.equal(await opens(first, String(winner.body['access_token'])), false)
      assert.equal((await first.server.context.store.incidents.list(0, 10)).length, round + 1)
    }
  })

  test(`${database}: G6 a code expires after one minute; new keys, a restart or a clock that is set back do not change that`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const agent = userAgentOf(server)
    const [late, intime, stale, used] = [
      await givenCode(server, webApp, {}, { agent }),
      await givenCode(server, webApp, {}, { agent }),
      await givenCode(server, webApp, {}, { agent }),
      await givenCode(server, webApp, {}, { agent }),
    ]
    assert.equal((await exchange(server, webApp, used.form)).status, 200)
    await rotateKeys(context.store, {
      secretKey: context.config.secretKey,
      random: context.random,
      now: server.clock.now,
      lifetime: maxTokenLifetime(context.config),
      isDue: () => true,
    })
    const restarted = await startServer(t, { databaseUrl: server.databaseUrl, clients })
    restarted.clock.now = server.clock.now + 59
    assert.equal((await exchange(restarted, webApp, intime.form)).status, 200)
    restarted.clock.now += 1
    await rejects(restarted, late.form)
    restarted.clock.now -= 600
    for (const { form } of [late, stale, used]) await rejects(restarted, form)
  })

  test(`${database}: G8 a wrong verifier consumes the code: twenty attempts count as one`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { form } = await givenCode(server, singlePageApp)
    for (let attempt = 0; attempt < 20; attempt++) {
      await rejects(server, { ...form, code_verifier: newPkce().verifier }, singlePageApp)
    }
    await rejects(server, form, singlePageApp)
    const reasons = rejectionReasons(server)
    assert.equal(reasons.filter((reason) => reason === 'pkce_verifier_mismatch').length, 1)
    // No token was issued, so this was no reuse.
    assert.equal(reasons.filter((reason) => reason === 'code_consumed').length, 20)
    assert.deepEqual(await server.server.context.store.incidents.list(0, 10), [])
  })
}

test('G4 a redirect_uri that differs from the one in the request, or is missing, is invalid_grant and consumes the code', async (t) => {
  const two = { ...webApp, redirect_uris: ['https://app.example.com/cb', 'https://app.example.com/other'] }
  const server = await startServer(t, { clients: [two] })
  for (const redirect of ['https://app.example.com/other', 'https://app.example.com/cb/', undefined]) {
    const { form } = await givenCode(server, two)
    await rejects(server, { ...form, redirect_uri: redirect }, two)
    await rejects(server, form, two)
  }
})

test('G4 a redirect_uri that was not in the request may be omitted, or be the registered one', async () => {
  for (const [redirect, expected] of [
    [undefined, 200],
    ['https://app.example.com/cb', 200],
    ['https://evil.example/cb', 400],
  ] as const) {
    const { form } = await givenCode(server, webApp, { redirect_uri: undefined, scope: 'me' })
    assert.equal((await exchange(server, webApp, { ...form, redirect_uri: redirect })).status, expected)
  }
})

test('G5 no other secret works as a code, and a code does not work as another secret', async () => {
  const agent = userAgentOf(server)
  const tokens = await logIn(server, webApp, {}, agent)
  const { code, form } = await givenCode(server, webApp, { state: 'a-state' }, { agent })
  const cookie = [...agent.cookies.values()][0]
  const secrets = [
    tokens.refresh_token,
    tokens.access_token,
    tokens.id_token,
    cookie,
    'a-state',
    hashToken(code),
    `${code}=`,
  ]
  for (const secret of secrets) await rejects(server, { ...form, code: secret })
  const asRefreshToken = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: code })
  assert.equal(asRefreshToken.body['error'], 'invalid_grant')
  assert.equal(await opens(server, code), false)
  const introspected = await server.post(
    '/introspect',
    { token: code },
    basicOf(webApp.client_id, webApp.client_secret),
  )
  assert.deepEqual(JSON.parse(await introspected.text()), { active: false })
  assert.equal((await exchange(server, webApp, form)).status, 200)
})

test('a code that another client sends is rejected, and still works for its own client', async () => {
  const { form } = await givenCode(server, webApp)
  await rejects(server, form, { ...webApp, client_id: 'other' })
  await rejects(server, form, singlePageApp)
  assert.equal((await exchange(server, webApp, form)).status, 200)
})
