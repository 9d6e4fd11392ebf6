/** The content of the storage and its failures: others may have written there, and a disk may be full. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Client, createClient } from '../../src/client.ts'
import type { Tokens } from '../../src/oauth/tokens.ts'
import { memoryStorage, type TokenStorage } from '../../src/tokens/storage.ts'
import { startIssuer, type TestIssuer, tokenResponse } from '../support/issuer.ts'
import { clientId, clientOptions, startOfTests } from '../support/logins.ts'

interface Setting {
  readonly issuer: TestIssuer
  readonly client: Client
  readonly clock: { now: number }
  /** Whether storing fails. */
  readonly disk: { isFull: (text: string) => boolean; writes: number }
  /** Another client of the same storage, as in another tab. */
  readonly openTab: () => Client
}

/** Logged in with access-1, which expires in 900 s. The issuer accepts each refresh token once. */
async function logged(t: TestContext): Promise<Setting> {
  const disk = { isFull: (_: string) => false, writes: 0 }
  const inMemory = memoryStorage()
  const storage: TokenStorage = {
    ...inMemory,
    set: (key, value) => {
      disk.writes++
      if (disk.isFull(value)) throw new Error('the disk is full')
      return inMemory.set(key, value)
    },
  }
  const clock = { now: startOfTests }
  const issuer = await startIssuer(t, { '/revoke': () => ({ body: '' }) })
  const spent = new Set<string | null>()
  issuer.routes['/token'] = ({ form }) => {
    const refreshToken = form.get('refresh_token')
    if (spent.has(refreshToken)) return { status: 400, body: { error: 'invalid_grant' } }
    spent.add(refreshToken)
    return { body: tokenResponse({ access_token: `access-${spent.size}`, refresh_token: `refresh-${spent.size}` }) }
  }
  const openTab = () => createClient(clientOptions(issuer, { storage, now: () => clock.now }))
  const client = openTab()
  await client.password({ username: 'tim', password: 'x' })
  return { issuer, client, clock, disk, openTab }
}

test('a storage that cannot be written costs no refresh token: its error is reported, and the renewal is done later', async (t) => {
  const { issuer, client, clock, disk } = await logged(t)
  disk.isFull = () => true
  clock.now += 880
  await assert.rejects(client.accessToken(), { message: 'the disk is full' })
  assert.equal(issuer.posted('/token').length, 1)
  disk.isFull = () => false
  assert.equal(await client.accessToken(), 'access-2')
})

test('new tokens that cannot be stored are used from memory, and stored with the next call that can', async (t) => {
  const { client, clock, disk, openTab } = await logged(t)
  disk.isFull = (text) => text.includes('access-2')
  clock.now += 880
  assert.equal(await client.accessToken(), 'access-2')
  assert.equal(await client.accessToken(), 'access-2')
  assert.equal((await client.tokens())?.refreshToken, 'refresh-2')
  assert.equal((await openTab().tokens())?.refreshToken, 'refresh-1')

  disk.isFull = () => false
  assert.equal(await client.accessToken(), 'access-2')
  assert.equal((await openTab().tokens())?.refreshToken, 'refresh-2')
  clock.now += 880
  assert.equal(await client.accessToken(), 'access-3')
})

test('tokens that are only in memory are replaced by a login or logout in another tab', async (t) => {
  const { client, clock, disk, openTab } = await logged(t)
  disk.isFull = (text) => text.includes('access-2')
  clock.now += 880
  assert.equal(await client.accessToken(), 'access-2')
  await openTab().keep({ accessToken: 'from-the-tab', tokenType: 'Bearer', scopes: [] })
  assert.equal(await client.accessToken(), 'from-the-tab')
  await openTab().logout()
  assert.equal(await client.tokens(), undefined)
})

test('tokens that are only in memory are revoked', async (t) => {
  const { issuer, client, clock, disk } = await logged(t)
  disk.isFull = (text) => text.includes('access-2')
  clock.now += 880
  await client.accessToken()
  await client.revoke()
  assert.deepEqual(
    issuer.posted('/revoke').map((form) => form.get('token')),
    ['refresh-2', 'access-2'],
  )
  assert.equal(await client.tokens(), undefined)
})

test('stored data in another form counts as none: no raw error, and no token in an error', async (t) => {
  const { issuer } = await logged(t)
  const kept = [
    'null',
    '[',
    '{"tokens":{}}',
    '{"tokens":{"accessToken":5,"scopes":[]}}',
    '{"tokens":{"accessToken":null,"scopes":[]}}',
    '{"tokens":{"accessToken":"a"}}',
    '{"tokens":{"accessToken":"SECRET\\r\\nX: y","scopes":[]}}',
  ]
  for (const text of kept) {
    const storage = memoryStorage()
    await storage.set(`countersign ${issuer.url} ${clientId} tokens`, text)
    const client = createClient(clientOptions(issuer, { storage }))
    assert.equal(await client.tokens(), undefined, text)
    assert.equal(await client.user(), undefined, text)
    await assert.rejects(client.fetch(`${issuer.url}/x`), { code: 'login_required' }, text)
  }
})

test('stored logins in another form are ignored', async (t) => {
  const issuer = await startIssuer(t)
  for (const text of ['[', '{"logins":{}}', '{"logins":[null]}', '{"logins":[5]}', '{"logins":[{"startedAt":9e99}]}']) {
    const storage = memoryStorage()
    await storage.set(`countersign ${issuer.url} ${clientId} logins`, text)
    const client = createClient(clientOptions(issuer, { storage }))
    await assert.rejects(client.callback('https://notes.example/?state=x'), { code: 'state_mismatch' }, text)
    assert.ok(await client.authorizationUrl())
  }
})

test('a token that no header can carry is not kept, and not in the error', async (t) => {
  const { client } = await logged(t)
  const wrong: readonly unknown[] = [
    { accessToken: 'SECRET\r\nX: y', scopes: [] },
    { accessToken: 'SECRET ', scopes: [] },
    { accessToken: 'a' },
    {},
    undefined,
  ]
  for (const tokens of wrong) {
    const rejected = { name: 'TypeError', message: 'accessToken must be a bearer token, scopes a list' }
    // As from JavaScript, where no compiler checks them.
    await assert.rejects(client.keep(tokens as Tokens), rejected)
  }
  assert.equal(await client.accessToken(), 'access-1')
})

test('a response to no login writes nothing', async (t) => {
  const { client, disk } = await logged(t)
  await client.authorizationUrl()
  const { writes } = disk
  await assert.rejects(client.callback('https://notes.example/?state=x&code=y'), { code: 'state_mismatch' })
  assert.equal(disk.writes, writes)
})
