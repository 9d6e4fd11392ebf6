import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../src/domain/grant.ts'
import type { Incident, RequestFacts } from '../../src/domain/incident.ts'
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

for (const kind of databaseKinds) {
  test(`${kind}: a refresh token comes back as it was put in, and with its first use`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    const token = { grantId: 'grant', createdAt: now, expiresAt: now + 50 }
    await store.refreshTokens.insert('hash', token)
    assert.deepEqual(await store.refreshTokens.find('hash'), { ...token, use: null })
    assert.equal(await store.refreshTokens.find('another'), undefined)

    const use = { scopes: ['me'], resources: ['urn:example:api'], request: { ...facts('one'), userAgent: 'ブラウザ' } }
    assert.equal(await store.refreshTokens.consume('hash', use), true)
    assert.equal(await store.refreshTokens.consume('hash', { scopes: [], resources: [], request: facts('two') }), false)
    assert.deepEqual(await store.refreshTokens.find('hash'), { ...token, use })
    assert.equal(await store.refreshTokens.consume('another', use), false)
  })

  test(`${kind}: of parallel uses of a refresh token one succeeds`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    await store.refreshTokens.insert('hash', { grantId: 'grant', createdAt: now, expiresAt: now + 50 })
    const uses = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        store.transaction(async ({ grants, refreshTokens }) => {
          assert.equal(await grants.lock('grant', now), true)
          return await refreshTokens.consume('hash', { scopes: [], resources: [], request: facts(String(at)) })
        }),
      ),
    )
    assert.equal(uses.filter((isFirst) => isFirst).length, 1)
  })

  test(`${kind}: a locked grant is revoked after the transaction, and a revoked one cannot be locked`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, kind)
    await givenGrant(store, 'grant')
    const order: string[] = []
    const held = Promise.withResolvers<void>()
    const holding = store.transaction(async ({ grants }) => {
      assert.equal(await grants.lock('grant', now), true)
      held.resolve()
      await untilBlocked(url)
      order.push('held')
    })
    await held.promise
    const revoking = store.grants.revoke('grant', 'revoked', now).then(() => order.push('revoked'))
    await Promise.all([holding, revoking])
    assert.deepEqual(order, ['held', 'revoked'])
    assert.equal(await store.transaction(({ grants }) => grants.lock('grant', now)), false)
  })

  test(`${kind}: a grant that has expired or is unknown cannot be locked`, async (t) => {
    const store = await freshStore(t, kind)
    await givenGrant(store, 'grant')
    assert.equal(await store.grants.lock('grant', now + 99), true)
    assert.equal(await store.grants.lock('grant', now + 100), false)
    assert.equal(await store.grants.lock('another', now), false)
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

  test(`${kind}: incidents come back newest first, and are found by the request that was rejected`, async (t) => {
    const { incidents } = await freshStore(t, kind)
    const incident = (requestId: string, happenedAt: number, first: RequestFacts): Incident => ({
      kind: 'refresh_token_reused',
      grantId: 'a grant that is gone',
      clientId: 'app',
      userId: 'tim',
      first,
      second: facts(requestId, happenedAt),
    })
    const older = incident('older', now, facts('before', now - 200))
    const newer = incident('newer', now + 10, facts('first', now - 100))
    await incidents.insert(older)
    await incidents.insert(newer)
    assert.deepEqual(await incidents.list(0, 10), [newer, older])
    assert.deepEqual(await incidents.list(0, 1), [newer])
    assert.deepEqual(await incidents.list(now + 1, 10), [newer])
    assert.deepEqual(await incidents.find('older'), older)
    assert.equal(await incidents.find('first'), undefined)
    await incidents.removeBefore(now + 10, 5000)
    assert.deepEqual(await incidents.list(0, 10), [newer])
  })
}
