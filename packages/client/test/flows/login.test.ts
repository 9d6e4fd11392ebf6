/** A client that logs in and keeps the tokens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../../src/client.ts'
import { memoryStorage } from '../../src/tokens/storage.ts'
import { startIssuer, tokenResponse } from '../support/issuer.ts'
import { callbackFor, clientOptions, expectLogin, startOfTests } from '../support/logins.ts'

test('a login is completed once, and its tokens and user are kept', async (t) => {
  const issuer = await startIssuer(t)
  const storage = memoryStorage()
  const client = createClient(clientOptions(issuer, { storage }))
  assert.equal(await client.user(), undefined)
  const url = await client.authorizationUrl()
  expectLogin(issuer, url)
  const response = callbackFor(issuer, url)
  const tokens = await client.callback(response)
  assert.equal(tokens.accessToken, 'access-1')
  assert.equal((await client.user())?.sub, 'u1')

  await assert.rejects(client.callback(response), { code: 'state_mismatch' })
  // Another client of the same storage, as after a reload of the page.
  const reloaded = createClient(clientOptions(issuer, { storage }))
  assert.deepEqual(await reloaded.tokens(), tokens)
  assert.equal(await reloaded.accessToken(), 'access-1')
})

test('an response is used once, also when it comes twice at the same time', async (t) => {
  const issuer = await startIssuer(t)
  const client = createClient(clientOptions(issuer))
  const url = await client.authorizationUrl()
  expectLogin(issuer, url)
  const response = callbackFor(issuer, url)
  const outcomes = await Promise.allSettled([client.callback(response), client.callback(new URL(response))])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal(issuer.posted('/token').length, 1)
})

test('two tabs log in at the same time, and complete in any order', async (t) => {
  const issuer = await startIssuer(t)
  const storage = memoryStorage()
  const [first, second] = [
    createClient(clientOptions(issuer, { storage })),
    createClient(clientOptions(issuer, { storage })),
  ]
  const [firstUrl, secondUrl] = await Promise.all([first.authorizationUrl(), second.authorizationUrl()])
  expectLogin(issuer, secondUrl)
  assert.ok(await second.callback(callbackFor(issuer, secondUrl)))
  expectLogin(issuer, firstUrl)
  assert.ok(await first.callback(callbackFor(issuer, firstUrl)))
})

test('five logins are remembered; the oldest is forgotten for a sixth', async (t) => {
  const issuer = await startIssuer(t)
  const client = createClient(clientOptions(issuer))
  const urls: string[] = []
  for (let count = 0; count < 6; count++) urls.push(await client.authorizationUrl())
  const [oldest = '', next = ''] = urls
  await assert.rejects(client.callback(callbackFor(issuer, oldest)), { code: 'state_mismatch' })
  expectLogin(issuer, next)
  assert.ok(await client.callback(callbackFor(issuer, next)))
})

test('after ten minutes a login is forgotten', async (t) => {
  const issuer = await startIssuer(t)
  let now = startOfTests
  const client = createClient(clientOptions(issuer, { now: () => now }))
  const url = await client.authorizationUrl()
  now += 601
  await assert.rejects(client.callback(callbackFor(issuer, url)), {
    code: 'state_mismatch',
    message: /log in again/,
  })
})

test('RFC 6749 §10.12 the response to a login that was begun in another browser is rejected', async (t) => {
  const issuer = await startIssuer(t)
  const url = await createClient(clientOptions(issuer)).authorizationUrl()
  const victim = createClient(clientOptions(issuer))
  await victim.authorizationUrl()
  await assert.rejects(victim.callback(callbackFor(issuer, url)), { code: 'state_mismatch' })
  assert.equal(issuer.posted('/token').length, 0)
})

test('a URL without a response to a login is reported as such, and completes no login', async (t) => {
  const issuer = await startIssuer(t)
  const client = createClient(clientOptions(issuer))
  const url = await client.authorizationUrl()
  for (const wrong of ['https://notes.example/', 'https://notes.example/?state=', '/callback?state=a', 'x']) {
    await assert.rejects(client.callback(wrong), { code: 'callback_invalid' })
  }
  expectLogin(issuer, url)
  assert.ok(await client.callback(callbackFor(issuer, url)))
})

test('clients of other issuers and ids have tokens of their own in the same storage', async (t) => {
  const storage = memoryStorage()
  const issuer = await startIssuer(t)
  const other = await startIssuer(t)
  await createClient(clientOptions(issuer, { storage })).password({ username: 'tim', password: 'x' })
  assert.equal(await createClient(clientOptions(other, { storage })).tokens(), undefined)
  assert.equal(await createClient(clientOptions(issuer, { storage, clientId: 'x' })).tokens(), undefined)
})

test('unreadable data in the storage counts as none', async (t) => {
  const issuer = await startIssuer(t)
  for (const text of ['', '{', 'null', '[]', '{"tokens":null}', '{"tokens":{}}', '{"tokens":"x"}', '{"logins":7}']) {
    const storage = { ...memoryStorage(), get: () => text }
    const client = createClient(clientOptions(issuer, { storage }))
    assert.equal(await client.tokens(), undefined)
    await assert.rejects(client.accessToken(), { code: 'login_required' })
    assert.ok(await client.authorizationUrl())
  }
})

test('logout forgets the tokens and returns the URL of the issuer, also when the issuer cannot be reached', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ body: tokenResponse() }) })
  const client = createClient(clientOptions(issuer))
  await client.password({ username: 'tim', password: 'x' })
  assert.equal(await client.logout({ state: 'bye' }), `${issuer.url}/logout?client_id=notes&state=bye`)
  assert.equal(await client.tokens(), undefined)

  const unreachable = createClient({ issuer: 'http://127.0.0.1:9', clientId: 'notes' })
  await unreachable.keep({ accessToken: 'a', tokenType: 'Bearer', scopes: [] })
  await assert.rejects(unreachable.logout(), { code: 'network_error' })
  assert.equal(await unreachable.tokens(), undefined)
})

test('revoke forgets the tokens, and has the issuer revoke them', async (t) => {
  const issuer = await startIssuer(t, { '/revoke': () => ({ body: '' }) })
  const client = createClient(clientOptions(issuer))
  await client.revoke()
  await client.password({ username: 'tim', password: 'x' })
  await client.revoke()
  assert.equal(issuer.posted('/revoke').length, 1)
  assert.equal(await client.tokens(), undefined)
})
