/** The options of a client. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { createClient } from '../../src/client.ts'
import { resolveOptions } from '../../src/config.ts'
import type { ClientOptions } from '../../src/options/client-options.ts'

const least = { issuer: 'https://issuer.example', clientId: 'notes' }

/** As from JavaScript, where no compiler checks them. */
function optionsWith(changes: Readonly<Record<string, unknown>>): ClientOptions {
  return { ...least, ...changes } as ClientOptions
}

test('issuer and clientId are enough', () => {
  const config = resolveOptions(least)
  assert.equal(config.scope, 'openid')
  assert.deepEqual(config.apis, ['https://issuer.example'])
  assert.deepEqual(config.resources, [])
  assert.equal(config.clockTolerance, 30)
  assert.ok(Math.abs(config.now() - Date.now() / 1000) < 5)
  assert.ok(Object.isFrozen(config))
})

test('the token may be sent to the resources, unless apis says otherwise', () => {
  const resource = ['https://api.example/items', 'urn:example:notes']
  assert.deepEqual(resolveOptions({ ...least, resource }).apis, ['https://api.example/items'])
  assert.deepEqual(resolveOptions({ ...least, resource, apis: 'https://a.example' }).apis, ['https://a.example'])
})

test('an unknown option is reported with a suggestion, or with the list of options', () => {
  assert.throws(() => createClient(optionsWith({ redirectUrl: 'https://notes.example' })), {
    name: 'TypeError',
    message: 'redirectUrl is not an option of createClient: did you mean redirectUri?',
  })
  assert.throws(() => createClient(optionsWith({ tenant: 'notes' })), {
    name: 'TypeError',
    message:
      'tenant is not an option of createClient, which has issuer, clientId, clientSecret, redirectUri, ' +
      'postLogoutRedirectUri, scope, resource, storage, apis, metadataUrl, unsafeHttpHosts, clockTolerance, fetch, now',
  })
  for (const name of ['__proto__x', 'constructor', 'toString']) {
    assert.throws(() => createClient(optionsWith({ [name]: 1 })), { name: 'TypeError', message: /is not an option/ })
  }
})

test('a missing or undefined option is reported, also a secret that is missing in the environment', () => {
  const nothing = [] as unknown as [ClientOptions]
  assert.throws(() => createClient(...nothing), {
    name: 'TypeError',
    message: /^issuer is missing: it must be an https/,
  })
  assert.throws(() => createClient({ issuer: least.issuer } as ClientOptions), { message: /^clientId is missing/ })
  assert.throws(() => createClient({ clientId: 'notes' } as ClientOptions), { message: /^issuer is missing/ })
  assert.throws(() => createClient(optionsWith({ clientSecret: undefined })), { message: /^clientSecret is missing/ })
})

test('a wrong option is reported with what it must be, and without its value', () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    issuer: [
      'http://issuer.example',
      'issuer.example',
      'https://issuer.example?x',
      'https://issuer.example#x',
      'https://u:p@a.example',
      7,
      '',
    ],
    clientId: ['', 7],
    clientSecret: ['', 7],
    redirectUri: ['/callback', 'https://notes.example/#x', 7],
    postLogoutRedirectUri: ['/'],
    scope: ['', ' openid', 'a  b', 'a"b', 7],
    resource: [[], '/items', 'https://api.example/#x', [7]],
    apis: [[], 'http://api.example', '/api', ['https://a.example', 'ftp://b.example']],
    storage: [null, {}, { get() {} }],
    clockTolerance: [-1, 301, '30', Number.NaN],
    fetch: [true],
    now: [1_800_000_000],
  }
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const rejected = { name: 'TypeError', message: new RegExp(`^${name} is wrong: it must be `) }
      assert.throws(() => createClient(optionsWith({ [name]: value })), rejected, `${name} ${String(value)}`)
    }
  }
})

test('http is only for loopback', () => {
  for (const issuer of ['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000']) {
    assert.equal(resolveOptions({ ...least, issuer }).issuer, issuer)
  }
  for (const issuer of ['http://localhost.example', 'http://127.0.0.1.example', 'http://10.0.0.1', 'http://0.0.0.0']) {
    assert.throws(() => resolveOptions({ ...least, issuer }), { message: /^issuer is wrong/ })
  }
})

test('a native app may have its own scheme', () => {
  assert.equal(
    resolveOptions({ ...least, redirectUri: 'com.example.notes:/callback' }).redirectUri,
    'com.example.notes:/callback',
  )
})

test('printing a client shows no secret', () => {
  const client = createClient({ ...least, clientSecret: 'the-client-secret' })
  assert.ok(!JSON.stringify(client).includes('the-client-secret'))
  assert.ok(!inspect(client, { depth: 9 }).includes('the-client-secret'))
})

test('no property of a client reveals its secret', () => {
  assert.deepEqual(Object.keys(createClient(least)).sort(), [
    'accessToken',
    'authorizationUrl',
    'callback',
    'clientCredentials',
    'fetch',
    'keep',
    'login',
    'logout',
    'password',
    'refresh',
    'revoke',
    'tokens',
    'user',
  ])
})

test('login and callback without a page say what to use instead', async () => {
  const client = createClient(least)
  await assert.rejects(client.login(), { name: 'TypeError', message: /authorizationUrl/ })
  await assert.rejects(client.callback(), { name: 'TypeError', message: /URL/ })
  await assert.rejects(client.authorizationUrl(), { name: 'TypeError', message: /redirectUri is missing/ })
})
