/**
 * The account states: what each step of a login returns after the user, the client or the grant has changed.
 * Before the change, everything was valid. D5, D10, G and H of the security cases cover single cells.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { clientOf } from '../../src/domain/client-metadata.ts'
import { endBrowserSessions } from '../../src/logout/end-sessions.ts'
import { withdrawConsent } from '../../src/token-status/withdraw-consent.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { setPassword } from '../../src/users/set-password.ts'
import {
  type Before,
  client,
  metadata,
  opened,
  order,
  prepare,
  steps,
  unchanged,
  whereTo,
} from '../support/account-states.ts'
import { basicOf, clientSecret } from '../support/clients.ts'
import { exchange, logIn } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { introspect } from '../support/grants.ts'

const loggedOut = { 'authorize with a session': '/login', 'prompt=none': 'login_required' }
const tokensRejected = {
  'code exchange': 'invalid_grant',
  refresh: 'invalid_grant',
  userinfo: 'invalid_token',
  'users/me': 'invalid_token',
  introspection: 'inactive',
  'introspection of the refresh token': 'inactive',
}
const passwordRejected = { 'login page': 'rejected', 'password grant': 'invalid_grant' }
const userOut = {
  ...loggedOut,
  ...tokensRejected,
  ...passwordRejected,
  'users/me with a token of the password grant': 'invalid_token',
  'users/me with a token of no grant': 'invalid_token',
}
const clientOut = {
  ...tokensRejected,
  'authorize with a session': 'error page',
  'prompt=none': 'error page',
  'login page': 'error page',
  'code exchange': 'invalid_client',
  refresh: 'invalid_client',
  client_credentials: 'invalid_client',
  'password grant': 'invalid_client',
  'users/me with a token of the password grant': 'invalid_token',
  'introspection of the refresh token': 'invalid_client',
}

interface State {
  readonly name: string
  readonly change: (before: Before) => Promise<unknown>
  /** Where it differs from `unchanged`. */
  readonly expected: Readonly<Record<string, string>>
  /** Why what still works may. */
  readonly because: string
}

const storeOf = ({ server }: Before) => server.server.context.store

const states: readonly State[] = [
  { name: 'nothing changed', change: async () => {}, expected: {}, because: 'everything is valid' },
  {
    name: 'user disabled',
    change: (before) => storeOf(before).subjects.setDisabled('tim', true, before.server.clock.now),
    expected: userOut,
    because: "the client's own tokens are not about the user",
  },
  {
    name: 'user deleted',
    change: (before) => storeOf(before).subjects.remove('tim', before.server.clock.now),
    expected: userOut,
    because: "the client's own tokens are not about the user",
  },
  {
    name: 'user locked, D5, D10: the login-attempt budget is used up',
    change: async ({ server }) => {
      for (let attempt = 0; attempt < 3; attempt++) await server.post('/token', { username: 'tim', password: 'wrong' })
    },
    expected: passwordRejected,
    because: 'a lockout only stops login attempts: an attacker must not be able to log out a user who is logged in',
  },
  {
    name: 'client disabled',
    change: (before) => storeOf(before).clients.setDisabled('registered', true, before.server.clock.now),
    expected: clientOut,
    because: 'tokens of no client are not about the client',
  },
  {
    name: 'client deleted',
    change: (before) => storeOf(before).clients.remove('registered', before.server.clock.now),
    expected: clientOut,
    because: 'tokens of no client are not about the client',
  },
  {
    name: 'client lost its grant types',
    change: (before) =>
      storeOf(before).clients.update(clientOf({ ...metadata, grant_types: [] }, false), before.server.clock.now),
    expected: {
      'authorize with a session': 'unauthorized_client',
      'prompt=none': 'unauthorized_client',
      'login page': 'not reached',
      'code exchange': 'unauthorized_client',
      refresh: 'unauthorized_client',
      client_credentials: 'unauthorized_client',
      'password grant': 'unauthorized_client',
      'introspection of the refresh token': 'inactive',
    },
    because: 'a token that was issued before the change is valid until it expires after half an hour',
  },
  {
    name: 'client lost the scope',
    change: (before) =>
      storeOf(before).clients.update(clientOf({ ...metadata, scope: 'openid items' }, false), before.server.clock.now),
    expected: {
      'code exchange': 'tokens for openid',
      refresh: 'tokens for openid',
      client_credentials: 'invalid_scope',
      'password grant': 'invalid_scope',
    },
    because:
      'a token that was issued before the change is valid until it expires after half an hour, and the next one gets a smaller scope',
  },
  {
    name: 'consent revoked',
    change: (before) => withdrawConsent(before.server.server.context, 'tim', 'registered'),
    expected: {
      ...tokensRejected,
      'authorize with a session': '/consent',
      'prompt=none': 'consent_required',
      'users/me with a token of the password grant': 'invalid_token',
    },
    because: 'entering the password at the client is a separate consent',
  },
  {
    name: 'everything revoked, for all clients',
    change: (before) => {
      before.server.clock.now += 1
      return withdrawConsent(before.server.server.context, 'tim', undefined)
    },
    expected: {
      ...tokensRejected,
      'authorize with a session': '/consent',
      'prompt=none': 'consent_required',
      'users/me with a token of the password grant': 'invalid_token',
      'users/me with a token of no grant': 'invalid_token',
    },
    because: 'the user is still logged in, and can start again',
  },
  {
    name: 'grants revoked',
    change: (before) => storeOf(before).grants.revokeClient('tim', 'registered', 'revoked', before.server.clock.now),
    expected: { ...tokensRejected, 'users/me with a token of the password grant': 'invalid_token' },
    because: 'the user is still logged in, and has not revoked the consent',
  },
  {
    name: 'session ended',
    change: ({ server, agent }) => {
      const token = agent.cookies.get('countersign') ?? ''
      return endBrowserSessions(server.server.context, { token, hash: hashToken(token) })
    },
    expected: { ...loggedOut, ...tokensRejected },
    because: 'the password is correct, and tokens of the password grant belong to no session',
  },
  {
    name: 'password changed, C16',
    change: (before) => {
      before.server.clock.now += 1
      return setPassword(before.server.server.context, 'tim', 'another password for tim')
    },
    expected: userOut,
    because: "the client's own tokens are not about the user",
  },
]

for (const database of databaseKinds) {
  for (const { name, change, expected, because } of states) {
    test(`${database}: ${name}: each step that is no longer allowed is rejected, and the others still work, because ${because}`, async (t) => {
      const before = await prepare(t, database)
      await change(before)
      const results: Record<string, string> = {}
      for (const step of order) results[step] = (await steps[step]?.(before)) ?? ''
      assert.deepEqual(results, { ...unchanged, ...expected })
    })
  }

  test(`${database}: offline access continues after the session ends, and ends when the password changes`, async (t) => {
    const before = await prepare(t, database)
    const { server, agent } = before
    const { context } = server.server
    const offline = { ...metadata, client_id: 'offline', scope: 'openid me offline_access' }
    await context.store.clients.insert(clientOf(offline, false), hashClientSecret(clientSecret), server.clock.now)
    const declared = { ...offline, client_secret: clientSecret }
    const tokens = await logIn(server, declared, { scope: 'openid me offline_access' }, agent)
    const refresh = async (token: string) => {
      const { body } = await exchange(server, declared, { grant_type: 'refresh_token', refresh_token: token })
      return body
    }
    const token = agent.cookies.get('countersign') ?? ''
    await endBrowserSessions(context, { token, hash: hashToken(token) })
    const refreshed = await refresh(tokens.refresh_token)
    assert.equal(await opened(before, '/users/me', String(refreshed['access_token'])), 'ok')
    await setPassword(context, 'tim', 'another password for tim')
    assert.equal((await refresh(String(refreshed['refresh_token'])))['error'], 'invalid_grant')
    assert.equal(await opened(before, '/users/me', String(refreshed['access_token'])), 'invalid_token')
  })

  test(`${database}: a client that is deleted and registered again gets nothing that belonged to the previous one`, async (t) => {
    const before = await prepare(t, database)
    const { store } = before.server.server.context
    const own = String(
      (await exchange(before.server, client, { grant_type: 'client_credentials', scope: 'me' })).body['access_token'],
    )
    assert.equal((await introspect(before.server, own))['active'], true)
    await store.clients.remove('registered', before.server.clock.now)
    before.server.clock.now += 1
    await store.clients.insert(clientOf(metadata, false), hashClientSecret(clientSecret), before.server.clock.now)
    assert.equal(await whereTo(before.agent, { prompt: 'none' }), 'consent_required')
    assert.equal(await steps['refresh']?.(before), 'invalid_grant')
    assert.equal(await steps['users/me']?.(before), 'invalid_token')
    assert.equal(await steps['users/me with a token of the password grant']?.(before), 'invalid_token')
    assert.equal((await introspect(before.server, own))['active'], false)
  })
}

test('a client may introspect only while it is registered', async (t) => {
  const { server, tokens } = await prepare(t, 'sqlite')
  const response = await server.post('/introspect', { token: tokens.access_token }, basicOf('nobody'))
  assert.equal(response.status, 401)
})
