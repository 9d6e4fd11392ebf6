import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isConflict } from '../../src/store/errors.ts'
import { aClient } from '../support/clients.ts'
import { databaseKinds, freshStore } from '../support/databases.ts'
import { aGrant } from '../support/grants.ts'
import { aUser } from '../support/users.ts'

const now = 1_800_000_000
const full = aClient({
  id: 'app',
  name: 'Приложение 田',
  authMethod: 'client_secret_post',
  grantTypes: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'me'],
  redirectUris: ['https://app.example.com/cb?a=b', 'http://localhost:5173/cb'],
  postLogoutRedirectUris: ['https://app.example.com/'],
  applicationType: 'web',
  isFirstParty: true,
  requirePkce: false,
  clientUri: 'https://app.example.com',
  logoUri: 'https://app.example.com/logo.png',
  policyUri: 'https://app.example.com/policy',
  tosUri: 'https://app.example.com/tos',
  accessTokenAlgorithm: 'RS256',
  idTokenAlgorithm: 'EdDSA',
  backchannelLogoutUri: 'https://app.example.com/logout',
  backchannelLogoutSessionRequired: true,
  isResourceServer: true,
  isDisabled: true,
})

for (const kind of databaseKinds) {
  test(`${kind}: a client comes back as it was put in, and its id is taken`, async (t) => {
    const { clients } = await freshStore(t, kind)
    await clients.insert(full, 'hash', now)
    const plain = aClient({ id: 'b' })
    await clients.insert(plain, undefined, now)
    assert.deepEqual(await clients.find('app'), { ...full, registeredAt: now })
    assert.deepEqual(
      await clients.list(10),
      [full, plain].map((client) => ({ ...client, registeredAt: now })),
    )
    assert.deepEqual(await clients.list(10, 'app'), [{ ...plain, registeredAt: now }])
    assert.equal(await clients.find('APP'), undefined)
    await assert.rejects(clients.insert(aClient({ id: 'app' }), 'another', now), isConflict)
    assert.deepEqual(await clients.secretHashes('app', now), ['hash'])
  })

  test(`${kind}: a client is changed, but whether it is disabled stays`, async (t) => {
    const { clients } = await freshStore(t, kind)
    await clients.insert(full, 'hash', now)
    assert.equal(await clients.update({ ...full, name: 'Other', isDisabled: false }, now + 1), true)
    assert.deepEqual(await clients.find('app'), { ...full, name: 'Other', registeredAt: now })
    assert.equal(await clients.setDisabled('app', false, now), true)
    assert.equal((await clients.find('app'))?.isDisabled, false)
    assert.equal(await clients.update(aClient({ id: 'nobody' }), now), false)
    assert.equal(await clients.setDisabled('nobody', true, now), false)
  })

  test(`${kind}: a client that becomes public loses its secrets, and a deleted one everything`, async (t) => {
    const { clients } = await freshStore(t, kind)
    const client = { ...full, isDisabled: false }
    await clients.insert(client, 'hash', now)
    await clients.update({ ...client, authMethod: 'none' }, now)
    assert.deepEqual(await clients.secretHashes('app', now), [])
    await clients.rotateSecret('app', 'next', now, now)
    assert.equal(await clients.remove('app', now), true)
    assert.equal(await clients.remove('app', now), false)
    assert.deepEqual(await clients.secretHashes('app', now), [])
    assert.equal(await clients.hasOrigin('https://app.example.com'), false)
    await clients.insert(client, undefined, now)
  })

  test(`${kind}: what users granted to a deleted client is removed, also for a later client of the same id`, async (t) => {
    const { users, clients, consents, grants } = await freshStore(t, kind)
    await users.insert([aUser('tim')])
    await clients.insert(full, 'hash', now)
    await consents.remember('tim', 'app', new Map([['', ['openid']]]), now)
    await grants.insert(aGrant({ id: 'grant', userId: 'tim', clientId: 'app' }))
    await clients.remove('app', now)
    assert.equal(await grants.find('grant'), undefined)
    assert.deepEqual(await consents.find('tim', 'app'), new Map())
  })

  test(`${kind}: B16 after any rotations at most two secrets are valid, the former until its grace ends`, async (t) => {
    const { clients } = await freshStore(t, kind)
    await clients.insert(full, 'first', now)
    assert.equal(await clients.rotateSecret('app', 'second', now, now + 100), true)
    assert.deepEqual([...(await clients.secretHashes('app', now + 99))].sort(), ['first', 'second'])
    assert.deepEqual(await clients.secretHashes('app', now + 100), ['second'])
    await clients.rotateSecret('app', 'third', now, now + 100)
    assert.deepEqual([...(await clients.secretHashes('app', now))].sort(), ['second', 'third'])
    assert.equal(await clients.rotateSecret('nobody', 'hash', now, now), false)
  })

  test(`${kind}: B16 parallel rotations leave at most two secrets, one of them without an expiry`, async (t) => {
    const { clients } = await freshStore(t, kind)
    await clients.insert(full, 'first', now)
    const hashes = ['a', 'b', 'c', 'd', 'e']
    await Promise.all(hashes.map((hash) => clients.rotateSecret('app', hash, now, now + 100)))
    assert.equal((await clients.secretHashes('app', now)).length, 2)
    assert.equal((await clients.secretHashes('app', now + 100)).length, 1)
  })

  test(`${kind}: only the exact web origins of enabled clients are known`, async (t) => {
    const { clients } = await freshStore(t, kind)
    const client = { ...full, isDisabled: false }
    await clients.insert(client, undefined, now)
    await clients.insert(
      aClient({ id: 'native', applicationType: 'native', redirectUris: ['http://127.0.0.1/cb', 'com.example:/cb'] }),
      undefined,
      now,
    )
    assert.equal(await clients.hasOrigin('https://app.example.com'), true)
    assert.equal(await clients.hasOrigin('http://localhost:5173'), true)
    for (const origin of ['https://app.example.com/', 'http://app.example.com', 'http://127.0.0.1', 'null', '']) {
      assert.equal(await clients.hasOrigin(origin), false, origin)
    }
    await clients.update({ ...client, redirectUris: ['https://other.example/cb'] }, now)
    assert.equal(await clients.hasOrigin('https://app.example.com'), false)
    assert.equal(await clients.hasOrigin('https://other.example'), true)
    await clients.setDisabled('app', true, now)
    assert.equal(await clients.hasOrigin('https://other.example'), false)
  })

  test(`${kind}: a failed transaction registers no client`, async (t) => {
    const store = await freshStore(t, kind)
    const failing = store.transaction(async ({ clients }) => {
      await clients.insert(full, 'hash', now)
      assert.equal((await clients.find('app'))?.id, 'app')
      throw new Error('no')
    })
    await assert.rejects(failing, /^Error: no$/)
    assert.equal(await store.clients.find('app'), undefined)
  })
}
