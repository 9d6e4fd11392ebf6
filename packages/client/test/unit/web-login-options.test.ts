/** The options of `createWebLogin`, and the messages for wrong ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin, type WebLoginOptions } from '../../src/server/index.ts'

const valid: WebLoginOptions = {
  issuer: 'https://login.example',
  clientId: 'notes',
  redirectUri: 'https://notes.example/auth/callback',
  cookieSecret: 'x'.repeat(32),
}

test('the required options are enough', () => {
  assert.equal(createWebLogin(valid).origin, 'https://notes.example')
  assert.equal(
    createWebLogin({ ...valid, redirectUri: 'http://localhost:3000/callback' }).origin,
    'http://localhost:3000',
  )
})

test('a wrong option is reported with its name and the fix', () => {
  const store = { get: () => undefined, set: () => {} }
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ cookieSecrt: 'x' }, /cookieSecrt is not an option of createWebLogin: did you mean cookieSecret\?$/],
    [{ storage: {} }, /storage is not an option/],
    [{ postLogoutRedirectUri: 'https://notes.example' }, /postLogoutRedirectUri is not an option .*afterLogout/],
    [{ cookieSecret: undefined }, /cookieSecret is missing: it must be/],
    [{ clientSecret: undefined }, /clientSecret is missing/],
    [{ cookieSecret: 'x'.repeat(31) }, /cookieSecret is wrong: it must be .* at least 32 bytes: make one with/],
    [{ cookieSecret: ['x'.repeat(32), 'short'] }, /cookieSecret is wrong/],
    [{ cookieSecret: [] }, /cookieSecret is wrong/],
    [{ cookieSecret: 5 }, /cookieSecret is wrong/],
    [{ cookieSecret: { length: 1 } }, /cookieSecret is wrong/],
    [{ redirectUri: 'http://notes.example/auth/callback' }, /redirectUri is wrong: it must be an https URL/],
    [{ redirectUri: 'https://notes.example/auth/back' }, /ends in \/callback/],
    [{ redirectUri: 'https://notes.example/auth/callback?a=b' }, /redirectUri is wrong/],
    [{ redirectUri: 'notes' }, /redirectUri is wrong/],
    [{ redirectUri: 5 }, /redirectUri is wrong/],
    [{ cookieName: 'a;b' }, /cookieName is wrong/],
    [{ cookieName: '' }, /cookieName is wrong/],
    [{ cookieName: 5 }, /cookieName is wrong/],
    [{ sessionLifetime: 0 }, /sessionLifetime is wrong/],
    [{ sessionLifetime: 1.5 }, /sessionLifetime is wrong/],
    [{ session: store }, /session is wrong: it must be an object with get, set and remove/],
    [{ session: null }, /session is wrong/],
    [{ onError: 'log' }, /onError is wrong: it must be a function/],
    [{ afterLogin: 'home' }, /afterLogin is wrong: it must be a path of the app/],
    [{ afterLogin: 5 }, /afterLogin is wrong/],
    [{ afterLogout: 'https://evil.example' }, /afterLogout is wrong: it must be a path of the app/],
    [{ scope: 'items' }, /scope is wrong: .*with openid/],
    [{ scope: 5 }, /scope is wrong/],
    [{ issuer: 'http://login.example' }, /issuer is wrong: it must be an https URL/],
  ]
  for (const [change, message] of wrong) {
    const options: WebLoginOptions = { ...valid, ...change }
    assert.throws(() => createWebLogin(options), { name: 'TypeError', message })
  }
})

test('a missing option is reported too, and no message has the secret in it', () => {
  for (const nothing of [undefined, null, 5, {}]) {
    const make = () => Reflect.apply(createWebLogin, undefined, [nothing])
    assert.throws(make, { name: 'TypeError', message: /^issuer is missing: it must be/ })
  }
  for (const name of ['clientId', 'redirectUri', 'cookieSecret']) {
    const without = Object.fromEntries(Object.entries(valid).filter(([option]) => option !== name))
    const make = () => Reflect.apply(createWebLogin, undefined, [without])
    assert.throws(make, { name: 'TypeError', message: new RegExp(`^${name} is missing: it must be`) })
  }
  assert.throws(
    () => createWebLogin({ ...valid, cookieSecret: 'a short secret' }),
    (error) => error instanceof TypeError && !error.message.includes('a short secret'),
  )
})
