/** HS256 is the tutorial's own algorithm: tokens go both ways between Countersign and other libraries. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner, createVerifier } from 'fast-jwt'
import { startServer } from '../support/server.ts'

const secretKey = 'the secret that the old system and the new one share'

test('a token made here verifies in another library with the same secret', async (t) => {
  const { clock, login } = await startServer(t, { algorithm: 'HS256', secretKey })
  const token = await login('tim', 'tim1234')
  const verify = createVerifier({ key: secretKey, algorithms: ['HS256'], clockTimestamp: clock.now * 1000 })

  const claims = verify(token)

  assert.equal(claims.sub, 'tim')
  assert.equal(claims.exp, clock.now + 30 * 60)
  assert.equal(claims.aud, undefined)
})

test("the tutorial's own token, with sub and exp alone, passes here with the default scopes", async (t) => {
  const { clock, get } = await startServer(t, { algorithm: 'HS256', secretKey })
  const sign = createSigner({ key: secretKey, algorithm: 'HS256', noTimestamp: true })
  const authorization = `Bearer ${sign({ sub: 'tim', exp: clock.now + 60 })}`

  assert.equal((await get('/users/me', { authorization })).status, 200)
  assert.equal((await get('/users/me/items', { authorization })).status, 200)
  clock.now += 60
  assert.equal((await get('/users/me', { authorization })).status, 401)
})

test('a token of another secret does not pass', async (t) => {
  const { clock, get } = await startServer(t, { algorithm: 'HS256', secretKey })
  const sign = createSigner({ key: 'some other secret, of a decent length', algorithm: 'HS256' })
  const authorization = `Bearer ${sign({ sub: 'tim', exp: clock.now + 60 })}`
  assert.equal((await get('/users/me', { authorization })).status, 401)
})

test("dev takes the seed's own supersecretkey", async (t) => {
  const { clock, get, login } = await startServer(t, {
    algorithm: 'HS256',
    secretKey: 'supersecretkey',
    unsafeWeakSecretKey: true,
  })
  const verify = createVerifier({ key: 'supersecretkey', clockTimestamp: clock.now * 1000 })
  assert.equal(verify(await login('tim', 'tim1234')).sub, 'tim')

  const token = createSigner({ key: 'supersecretkey', noTimestamp: true })({ sub: 'alice', exp: clock.now + 60 })
  const answer = await get('/users/me', { authorization: `Bearer ${token}` })
  assert.equal(JSON.parse(await answer.text()).username, 'alice')
})

test('under HS256 no key is published', async (t) => {
  const { get } = await startServer(t, { algorithm: 'HS256', secretKey })
  assert.deepEqual(await (await get('/.well-known/jwks.json')).json(), { keys: [] })
})
