/** What `createWebLogin` takes, and says of what it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin, type WebLoginOptions } from '../../src/server/index.ts'

const good: WebLoginOptions = {
  issuer: 'https://login.example',
  clientId: 'notes',
  redirectUri: 'https://notes.example/auth/callback',
  cookieSecret: 'x'.repeat(32),
}

test('the few options that are needed are enough', () => {
  assert.equal(createWebLogin(good).origin, 'https://notes.example')
  assert.equal(
    createWebLogin({ ...good, redirectUri: 'http://localhost:3000/callback' }).origin,
    'http://localhost:3000',
  )
})

test('a wrong option is told with its name and the fix', () => {
  const store = { get: () => undefined, set: () => {} }
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ cookieSecrt: 'x' }, /cookieSecrt is not an option of createWebLogin: did you mean cookieSecret\?/],
    [{ storage: {} }, /storage is not an option/],
    [{ cookieSecret: undefined }, /cookieSecret is undefined/],
    [{ clientSecret: undefined }, /clientSecret is undefined/],
    [{ cookieSecret: 'x'.repeat(31) }, /cookieSecret must have at least 32 bytes: make one with/],
    [{ cookieSecret: ['x'.repeat(32), 'short'] }, /cookieSecret must have at least 32 bytes/],
    [{ cookieSecret: [] }, /cookieSecret must have at least 32 bytes/],
    [{ redirectUri: 'http://notes.example/auth/callback' }, /redirectUri must be an https URL/],
    [{ redirectUri: 'https://notes.example/auth/back' }, /ends in \/callback/],
    [{ redirectUri: 'https://notes.example/auth/callback?a=b' }, /redirectUri must be/],
    [{ redirectUri: 'notes' }, /redirectUri must be/],
    [{ cookieName: 'a;b' }, /cookieName must be/],
    [{ cookieName: '' }, /cookieName must be/],
    [{ sessionLifetime: 0 }, /sessionLifetime must be/],
    [{ sessionLifetime: 1.5 }, /sessionLifetime must be/],
    [{ session: store }, /session must be an object with the functions get, set and remove/],
    [{ onError: 'log' }, /onError must be a function/],
    [{ afterLogin: 'home' }, /afterLogin must be a path of the app/],
    [{ afterLogout: 'https://evil.example' }, /afterLogout must be a path of the app/],
    [{ scope: 'items' }, /scope must contain openid/],
    [{ issuer: 'http://login.example' }, /issuer .*must be an https URL/],
  ]
  for (const [change, message] of wrong) {
    const options: WebLoginOptions = { ...good, ...change }
    assert.throws(() => createWebLogin(options), { name: 'TypeError', message })
  }
})

test('a missing option is told as well, and no message has the secret in it', () => {
  assert.throws(() => createWebLogin(JSON.parse('{}')), { name: 'TypeError', message: /cookieSecret is undefined/ })
  const { redirectUri: _, ...without } = good
  assert.throws(() => createWebLogin(JSON.parse(JSON.stringify(without))), { message: /redirectUri must be/ })
  assert.throws(
    () => createWebLogin({ ...good, cookieSecret: 'a short secret' }),
    (error) => error instanceof TypeError && !error.message.includes('a short secret'),
  )
})
