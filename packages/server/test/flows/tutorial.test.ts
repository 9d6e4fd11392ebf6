/** Log in, get a token, use it: on both databases and under every algorithm. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { eventually } from '../support/accounts.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

for (const database of databaseKinds) {
  test(`${database}: a login with an old hash replaces the hash, and the password still works`, async (t) => {
    const { server, login } = await startTutorialServer(t, { database })
    const { credentials } = server.context.store
    for (const [username, password] of [
      ['tim', 'tim1234'],
      ['alice', 'secret'],
    ] as const) {
      await login(username, password)
      await eventually(async () => (await credentials.find(username))?.passwordHash?.startsWith('$argon2id$') === true)
      await login(username, password)
    }
  })

  test(`${database}: the tokens of a disabled user are rejected at once, and accepted again when the user is enabled`, async (t) => {
    const { server, get, login } = await startTutorialServer(t, { database })
    const { subjects } = server.context.store
    const headers = { authorization: `Bearer ${await login('tim', 'tim1234')}` }
    assert.equal((await get('/users/me', headers)).status, 200)

    await subjects.setDisabled('tim', true, 0)
    const response = await get('/users/me', headers)
    assert.equal(response.status, 401)
    assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
    assert.equal(JSON.parse(await response.text()).detail, 'Inactive user')

    await subjects.setDisabled('tim', false, 0)
    assert.equal((await get('/users/me', headers)).status, 200)
  })

  test(`${database}: the tokens of a deleted user are rejected at once, and the user's items are gone`, async (t) => {
    const { server, get, login, clock } = await startTutorialServer(t, { database })
    const headers = { authorization: `Bearer ${await login('tim', 'tim1234')}` }
    await server.context.store.subjects.remove('tim', clock.now)
    assert.equal((await get('/users/me', headers)).status, 401)
    assert.deepEqual(await server.context.store.items.ownedBy('tim'), [])
  })
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
  test(`${algorithm}: a resource server needs only the published keys to verify`, async (t) => {
    const { clock, get, login } = await startTutorialServer(t, { algorithm, issuer: 'https://login.example.com' })
    const jwks = JSON.parse(await (await get('/.well-known/jwks.json')).text())
    const { payload, protectedHeader } = await jwtVerify(await login('tim', 'tim1234'), createLocalJWKSet(jwks), {
      issuer: 'https://login.example.com',
      audience: 'https://login.example.com',
      typ: 'at+jwt',
      currentDate: new Date(clock.now * 1000),
    })
    assert.equal(protectedHeader.alg, algorithm)
    assert.equal(payload.sub, 'tim')
    assert.equal(payload['client_id'], 'first-party')
    assert.equal(payload['scope'], 'me items')
    for (const key of jwks.keys) assert.equal('d' in key, false)
  })
}

test('a token expires at its exp, also when it was used before and is cached', async (t) => {
  const { clock, get, login } = await startTutorialServer(t)
  const headers = { authorization: `Bearer ${await login('tim', 'tim1234')}` }
  clock.now += 30 * 60 - 1
  assert.equal((await get('/users/me', headers)).status, 200)
  clock.now += 1
  assert.equal((await get('/users/me', headers)).status, 401)
})

test('the requested scope is the granted scope', async (t) => {
  const { get, login, post } = await startTutorialServer(t)
  const response = await post('/token', { username: 'tim', password: 'tim1234', scope: 'items me items' })
  assert.equal(JSON.parse(await response.text()).scope, 'me items')

  const headers = { authorization: `Bearer ${await login('tim', 'tim1234', 'me')}` }
  assert.equal((await get('/users/me', headers)).status, 200)
  assert.equal((await get('/users/me/items', headers)).status, 403)
})

test('the password grant is neither served nor advertised when it is off', async (t) => {
  const { get, post } = await startServer(t)
  const response = await post('/token', { grant_type: 'password', username: 'tim', password: 'tim1234' })
  assert.equal(JSON.parse(await response.text()).error, 'unsupported_grant_type')
  assert.equal((await post('/token', { username: 'tim', password: 'tim1234' })).status, 400)

  const { paths, components } = JSON.parse(await (await get('/openapi.json')).text())
  assert.deepEqual(paths['/token'].post.requestBody.required, true)
  const { properties } = components.schemas.TokenForm
  assert.deepEqual(properties.grant_type.enum, ['authorization_code', 'refresh_token', 'client_credentials'])
  assert.equal(components.securitySchemes.OAuth2PasswordBearer.type, 'http')
})

test('without the demo there are no demo users, items or trace', async (t) => {
  const { get } = await startServer(t)
  for (const path of ['/users/me/items', '/_trace', '/_trace/events']) assert.equal((await get(path)).status, 404, path)
})
