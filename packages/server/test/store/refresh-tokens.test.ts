import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../src/domain/grant.ts'
import type { RequestFacts } from '../../src/domain/incident.ts'
import type { RefreshTokenUse } from '../../src/domain/refresh-token.ts'
import type { Store } from '../../src/store/open.ts'
import { databaseKinds, freshStore, freshStoreAndUrl } from '../support/databases.ts'
import { aGrant } from '../support/grants.ts'
import { untilBlocked } from '../support/locks.ts'
import { aUser } from '../support/users.ts'

const now = 1_800_000_000

const facts = (requestId: string, happenedAt = now): RequestFacts => ({
  requestId,
  address: '192.0.2.1',
  userAgent: null,
  happenedAt,
})

async function givenGrant({ users, grants }: Store, id: string): Promise<Grant> {
  if (!(await users.findById('tim'))) await users.insert([aUser('tim')])
  const grant = aGrant({ id, scopes: ['me'], expiresAt: now + 100 })
  await grants.insert(grant)
  return grant
}

const useBy = (requestId: string, happenedAt = now) => ({
  scopes: [],
  resources: [],
  request: facts(requestId, happenedAt),
})

const replacementOf = (hash: string, use: RefreshTokenUse = useBy('one'), grantId = 'grant') => ({
  hash,
  use,
  successorHash: `successor of ${hash}`,
  successor: { grantId, createdAt: use.request.happenedAt, expiresAt: now + 60 },
})

for (const kind of databaseKinds) {
  test(`${kind}: a refresh token comes back as it was put in, and with its first use`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    const token = { grantId: 'grant', createdAt: now, expiresAt: now + 50 }
    await store.refreshTokens.insert('hash', token)
    assert.deepEqual(await store.refreshTokens.find('hash'), { ...token, use: null })
    assert.equal(await store.refreshTokens.find('another'), undefined)

    const use = { scopes: ['me'], resources: ['urn:example:api'], request: { ...facts('one'), userAgent: 'ブラウザ' } }
    const replacement = replacementOf('hash', use)
    assert.equal(await store.refreshTokens.replace(replacement), 'replaced')
    assert.equal(
      await store.refreshTokens.replace(replacementOf('hash', { ...use, request: facts('two') })),
      'used_already',
    )
    assert.deepEqual(await store.refreshTokens.find('hash'), { ...token, use })
    assert.deepEqual(await store.refreshTokens.find('successor of hash'), { ...replacement.successor, use: null })
    assert.equal(await store.refreshTokens.replace(replacementOf('another', use)), 'used_already')
    assert.equal(await store.refreshTokens.find('successor of another'), undefined)
  })

  test(`${kind}: a refresh token of another grant is not replaced`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    await givenGrant(store, 'another')
    await store.refreshTokens.insert('hash', { grantId: 'another', createdAt: now, expiresAt: now + 50 })
    assert.equal(await store.refreshTokens.replace(replacementOf('hash')), 'used_already')
    assert.equal((await store.refreshTokens.find('hash'))?.use, null)
    assert.equal(await store.refreshTokens.find('successor of hash'), undefined)
  })

  test(`${kind}: of parallel uses of a refresh token one replaces it`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    await store.refreshTokens.insert('hash', { grantId: 'grant', createdAt: now, expiresAt: now + 50 })
    const uses = await Promise.all(
      Array.from({ length: 20 }, (_, at) => store.refreshTokens.replace(replacementOf('hash', useBy(String(at))))),
    )
    assert.deepEqual(uses.toSorted(), ['replaced', ...Array.from({ length: 19 }, () => 'used_already')])
  })

  test(`${kind}: a token that is asked for beside others is found among them, whatever is asked for`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    const hashes = Array.from({ length: 250 }, (_, at) => `hash ${at}`)
    for (const hash of hashes.slice(1))
      await store.refreshTokens.insert(hash, {
        grantId: 'grant',
        createdAt: now,
        expiresAt: now + Number(hash.slice(5)),
      })
    const found = await Promise.all([...hashes, 'a\0b', '\ud800', 'hash 7', ''].map(store.refreshTokens.find))
    const none = [undefined, undefined]
    const ends = found.map((token) => token && token.expiresAt - now)
    assert.deepEqual(ends, [undefined, ...hashes.slice(1).map((_, at) => at + 1), ...none, 7, undefined])
  })

  test(`${kind}: a grant is revoked after the transaction that replaces its token, and no token of a revoked one is replaced`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, kind)
    await givenGrant(store, 'grant')
    await store.refreshTokens.insert('hash', { grantId: 'grant', createdAt: now, expiresAt: now + 50 })
    const order: string[] = []
    const held = Promise.withResolvers<void>()
    const holding = store.transaction(async ({ refreshTokens }) => {
      assert.equal(await refreshTokens.replace(replacementOf('hash')), 'replaced')
      held.resolve()
      await untilBlocked(url)
      order.push('held')
    })
    await held.promise
    const revoking = store.grants.revoke('grant', 'revoked', now).then(() => order.push('revoked'))
    await Promise.all([holding, revoking])
    assert.deepEqual(order, ['held', 'revoked'])
    assert.equal(await store.refreshTokens.replace(replacementOf('successor of hash')), 'grant_ended')
    assert.equal((await store.refreshTokens.find('successor of hash'))?.use, null)
  })

  test(`${kind}: no token is replaced while its grant is being revoked, and none of one that has expired or is unknown`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, kind)
    for (const id of ['grant', 'expired']) {
      await givenGrant(store, id)
      await store.refreshTokens.insert(id, { grantId: id, createdAt: now, expiresAt: now + 50 })
    }
    const revoked = Promise.withResolvers<void>()
    const revoking = store.transaction(async ({ grants }) => {
      await grants.revoke('grant', 'revoked', now)
      revoked.resolve()
      await untilBlocked(url)
    })
    await revoked.promise
    const replacing = store.refreshTokens.replace(replacementOf('grant'))
    await revoking
    assert.equal(await replacing, 'grant_ended')
    assert.equal((await store.refreshTokens.find('grant'))?.use, null)

    const late = (grantId: string) => replacementOf('expired', useBy('late', now + 100), grantId)
    assert.equal(await store.refreshTokens.replace(late('expired')), 'grant_ended')
    assert.equal(await store.refreshTokens.replace(late('another')), 'grant_ended')
    assert.equal(
      await store.refreshTokens.replace(replacementOf('expired', useBy('in time', now + 99), 'expired')),
      'replaced',
    )
  })

  test(`${kind}: refresh tokens are removed with their grant, and some time after they expired`, async (t) => {
    const store = await freshStore(t, kind)
    for (const id of ['one', 'two']) {
      await givenGrant(store, id)
      await store.refreshTokens.insert(`first of ${id}`, { grantId: id, createdAt: now, expiresAt: now + 10 })
      await store.refreshTokens.insert(`second of ${id}`, { grantId: id, createdAt: now, expiresAt: now + 20 })
    }
    await store.refreshTokens.removeEnded(now + 20, 5000)
    assert.equal(await store.refreshTokens.find('first of one'), undefined)
    assert.ok(await store.refreshTokens.find('second of one'))
    await store.grants.removeEnded(now + 100, 5000)
    assert.equal(await store.refreshTokens.find('second of one'), undefined)
  })

  test(`${kind}: the refresh tokens of a grant that has ended are removed before it, as many at a time as asked for`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    for (const hash of ['one', 'two', 'three'])
      await store.refreshTokens.insert(hash, { grantId: 'grant', createdAt: now, expiresAt: now + 1000 })
    const removed = []
    for (let batch = 0; batch < 4; batch++) removed.push(await store.grants.removeEnded(now + 100, 2))
    assert.deepEqual(removed, [2, 1, 1, 0])
  })
}
