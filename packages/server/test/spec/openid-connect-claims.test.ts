/** OpenID Connect Core 1.0 §5.1 and §5.4: the claims about a user, scope by scope; on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { clientOf } from '../../src/domain/client-metadata.ts'
import { ask } from '../support/authorization.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const profile = {
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'Countess',
  profile: 'https://ada.example/profile',
  picture: 'https://ada.example/portrait.png',
  website: 'https://ada.example/',
  gender: 'female',
  birthdate: '1815-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
}
const { client_secret: secret = '', ...metadata } = webApp
const phone = { phone_number: '+44 20 7946 0000', phone_number_verified: true }
const address = { formatted: '12 St James’s Square\nLondon', locality: 'London', country: 'GB' }

/** Tim with every standard claim. */
async function giveClaims({ server }: TestServer): Promise<void> {
  const fields = { fullName: 'Ada Lovelace', email: 'ada@example.com', isEmailVerified: true }
  const { profiles } = server.context.store
  await profiles.update('tim', { ...fields, claims: { ...profile, ...phone, address } }, 1_700_000_000)
}

async function userInfo(server: TestServer, scope: string, claims?: object): Promise<Record<string, unknown>> {
  const more = { scope, ...(claims && { claims: JSON.stringify(claims) }) }
  const { access_token } = await logIn(server, webApp, more)
  const response = await server.get('/userinfo', { authorization: `Bearer ${access_token}` })
  assert.equal(response.status, 200)
  return JSON.parse(await response.text())
}

const name = { name: 'Ada Lovelace', preferred_username: 'tim', updated_at: 1_700_000_000 }
const email = { email: 'ada@example.com', email_verified: true }
const scopes: readonly { scope: string; claims: object }[] = [
  { scope: 'openid', claims: {} },
  { scope: 'openid profile', claims: { ...name, ...profile } },
  { scope: 'openid email', claims: email },
  { scope: 'openid address', claims: { address } },
  { scope: 'openid phone', claims: phone },
  { scope: 'openid profile email address phone', claims: { ...name, ...profile, ...email, address, ...phone } },
]

for (const database of databaseKinds) {
  test(`${database}: §5.4 each scope adds its own claims at the UserInfo endpoint, and no others`, async (t) => {
    const server = await startServer(t, { database, clients: [webApp] })
    await giveClaims(server)
    for (const { scope, claims } of scopes) {
      assert.deepEqual(await userInfo(server, scope), { sub: 'tim', ...claims }, scope)
    }
  })
}

test('§5.1 the claims have the types of the standard: strings, numbers, booleans and an object', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  await giveClaims(server)
  const info = await userInfo(server, 'openid profile email address phone')
  const types = Object.fromEntries(Object.entries(info).map(([claim, value]) => [claim, typeof value]))
  const { updated_at, email_verified, phone_number_verified, address: place, ...texts } = types
  assert.deepEqual(
    [updated_at, email_verified, phone_number_verified, place],
    ['number', 'boolean', 'boolean', 'object'],
  )
  assert.deepEqual([...new Set(Object.values(texts))], ['string'])
})

test('§5.3.2 a claim without a value is omitted, neither null nor empty', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  await server.server.context.store.profiles.update('tim', { email: null, fullName: null, claims: {} }, 1_700_000_000)
  const info = await userInfo(server, 'openid profile email address phone')
  assert.deepEqual(info, { sub: 'tim', preferred_username: 'tim', updated_at: 1_700_000_000 })
})

test('§5.4 the scopes request claims at the UserInfo endpoint: the ID token does not have them', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  await giveClaims(server)
  const { id_token } = await logIn(server, webApp, { scope: 'openid profile email address phone' })
  const claims = Object.keys(decodeJwt(id_token))
  assert.deepEqual(
    claims.filter((claim) => Object.hasOwn({ ...name, ...profile, ...email, ...phone, address }, claim)),
    [],
  )
})

for (const database of databaseKinds) {
  test(`${database}: §5.4 with id_token_claims "scopes", the ID token has the claims of the granted scopes, from the login and from a refresh`, async (t) => {
    const client = { ...webApp, id_token_claims: 'scopes' } as const
    const server = await startServer(t, { database, clients: [client] })
    await giveClaims(server)
    const tokens = await logIn(server, client, { scope: 'openid profile email' })
    const { preferred_username, ...claims } = decodeJwt(tokens.id_token)
    assert.equal(preferred_username, 'tim')
    assert.deepEqual({ ...claims, ...profile, ...email, name: 'Ada Lovelace' }, claims)
    assert.equal('address' in claims || 'phone_number' in claims, false)

    await server.server.context.store.profiles.update('tim', { fullName: 'Ada King' }, 1_700_000_001)
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    const { body } = await exchange(server, client, { ...refresh, scope: 'openid profile' })
    const refreshed = decodeJwt(String(body['id_token']))
    assert.deepEqual([refreshed['name'], refreshed['email']], ['Ada King', undefined])
  })
}

test('§5.5 single claims of a profile can be requested, in the ID token and at the UserInfo endpoint', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  await giveClaims(server)
  const requested = { id_token: { birthdate: null }, userinfo: { address: { essential: true } } }
  assert.deepEqual(await userInfo(server, 'openid', requested), { sub: 'tim', address })
  const { id_token } = await logIn(server, webApp, { claims: JSON.stringify(requested) })
  assert.equal(decodeJwt(id_token)['birthdate'], profile.birthdate)
  assert.equal(decodeJwt(id_token)['address'], undefined)
})

for (const database of databaseKinds) {
  test(`${database}: §5.5 a single claim is lost with the scope that entitled the client to it`, async (t) => {
    const server = await startServer(t, { database })
    await giveClaims(server)
    const { clients } = server.server.context.store
    const registered = clientOf({ ...metadata, client_id: 'registered', scope: 'openid profile email' }, false)
    await clients.insert(registered, hashClientSecret(secret), server.clock.now)
    const client = { ...metadata, client_id: 'registered', client_secret: secret }
    const claims = JSON.stringify({ id_token: { email: null, birthdate: null }, userinfo: { email: null } })
    const pkce = newPkce()
    const agent = userAgentOf(server)
    const { refresh_token, access_token } = await logIn(server, client, { claims, scope: 'openid' }, agent)
    const page = await agent.open(authorizeUrl(requestOf(client, pkce, { claims, scope: 'openid' })))
    const code = responseOf(await passPages(agent, page)).get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, code_verifier: pkce.verifier, redirect_uri: redirectUri }

    await clients.update({ ...registered, scopes: ['openid', 'profile'] }, server.clock.now)
    for (const requested of [form, { grant_type: 'refresh_token', refresh_token }]) {
      const { body } = await exchange(server, client, requested)
      const { birthdate, email: address } = decodeJwt(String(body['id_token']))
      assert.deepEqual([birthdate, address], [profile.birthdate, undefined], requested.grant_type)
    }
    const response = await server.get('/userinfo', { authorization: `Bearer ${access_token}` })
    assert.deepEqual(JSON.parse(await response.text()), { sub: 'tim' })
  })
}

test('§5.5 a claims parameter that is malformed is rejected, in the characters of RFC 6749 §4.1.2.1', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  for (const claims of ['x', '[]', '{"userinfo":1}', '{"userinfo":{},"userinfo":{}}']) {
    const page = await userAgentOf(server).open(authorizeUrl(requestOf(webApp, newPkce(), { claims })))
    assert.equal(responseOf(page).get('error'), 'invalid_request', claims)
    assert.match(responseOf(page).get('error_description') ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  }
})

test('§5.5 the trace says what was expected of a malformed claims parameter, without its values', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  const anObject = 'a JSON object, such as {"userinfo":{"email":null}}'
  for (const [claims, expected, received] of [
    ['x', anObject, 'text that is not JSON'],
    ['{"userinfo":{"email":null}', anObject, 'text that is not JSON'],
    ['{"userinfo":{},"userinfo":{}}', anObject, 'a member twice'],
    ['['.repeat(100), anObject, 'objects or arrays nested too deeply'],
    ['[]', anObject, 'an array'],
    ['"ada@example.com"', anObject, 'a string'],
    ['null', anObject, 'null'],
    ['{"userinfo":["email"]}', 'an object as userinfo, such as {"email":null}', 'an array'],
    ['{"id_token":true}', 'an object as id_token, such as {"email":null}', 'a boolean'],
    ['{"id_token":{"sub":{"values":["ada","eve"]}}}', 'one value of sub', '2 values'],
  ] as const) {
    const { headers, parameters } = await ask(server, { claims })
    assert.match(parameters.get('error_uri') ?? '', /#claims_malformed$/, claims)
    const { traces, store } = server.server.context
    await traces.flush()
    const trace = await store.traces.find(headers.get('x-request-id') ?? '')
    const { expected: found, received: kind } = trace?.steps.at(-1)?.facts ?? {}
    assert.deepEqual([found, kind], [expected, received], claims)
  }
})

test('I17 a changed email address is not verified for clients either', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  await giveClaims(server)
  await server.server.context.store.profiles.update('tim', { email: 'eve@example.com' }, 1_700_000_001)
  assert.deepEqual(await userInfo(server, 'openid email'), {
    sub: 'tim',
    email: 'eve@example.com',
    email_verified: false,
  })
})

for (const username of ['tim', 'alice']) {
  test(`§5.4 the demo's ${username} has a value for every scope`, async (t) => {
    const server = await startTutorialServer(t)
    const { store } = server.server.context
    const found = await store.users.findByUsername(username)
    for (const claim of ['given_name', 'family_name', 'locale', 'zoneinfo', 'phone_number', 'address']) {
      assert.ok(found?.profile.claims[claim], claim)
    }
  })
}
