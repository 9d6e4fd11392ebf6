/** The revocation feed under attack: it is for everybody to read, and nobody can fill it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { databaseKinds } from '../support/databases.ts'
import { aGrant, declaredClients } from '../support/grants.ts'
import { endedBy, readFeed, subjectName } from '../support/revocation-feed.ts'
import { startServer } from '../support/server.ts'
import { aUser } from '../support/users.ts'

for (const database of databaseKinds) {
  test(`${database}: who has more than a thousand tokens or grants revoked is named once, and harms nobody else`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { store, random } = server.server.context
    const { now } = server.clock
    const expiresAt = now + 100
    for (let count = 0; count < 700; count++) {
      await store.revokedTokens.insert({ tokenId: random.id(), userId: 'tim', expiresAt }, now)
      await store.revokedTokens.insert({ tokenId: random.id(), userId: 'alice', expiresAt }, now)
    }
    await store.transaction(async ({ grants }) => {
      for (let count = 0; count < 301; count++) {
        await grants.insert(aGrant({ id: random.id(), userId: 'tim', revokedAt: now }))
      }
    })
    await store.grants.revokeClient('tim', undefined, 'revoked', now)
    const feed = await readFeed(server)
    assert.deepEqual([feed.tokens.length, feed.grants.length], [700, 0])
    assert.deepEqual(Object.keys(feed.subjects), [subjectName('tim')])
    assert.deepEqual(endedBy(feed, decodeJwt(await server.login('tim', 'tim1234'))), ['subject'])
    assert.deepEqual(endedBy(feed, decodeJwt(await server.login('alice', 'secret'))), [])
    // It is no sentence for ever.
    server.clock.now += 61
    assert.deepEqual(endedBy(feed, decodeJwt(await server.login('tim', 'tim1234'))), [])
  })
}

test("a client's own tokens are named one by one, however many", async (t) => {
  const server = await startServer(t)
  const { store, random } = server.server.context
  for (let count = 0; count < 1200; count++) {
    const token = { tokenId: random.id(), userId: null, expiresAt: server.clock.now + 100 }
    await store.revokedTokens.insert(token, server.clock.now)
  }
  assert.equal((await readFeed(server)).tokens.length, 1200)
})

test('nothing in the feed tells who anybody is, or is a whole id', async (t) => {
  const server = await startServer(t)
  const { store } = server.server.context
  const user = aUser('zaphod-the-id', {
    username: 'zaphod',
    email: 'zaphod@example.com',
    fullName: 'Zaphod Beeblebrox',
  })
  await store.users.insert([user])
  await store.users.setDisabled(user.id, true, server.clock.now)
  await store.users.setDisabled('tim', true, server.clock.now)
  await store.users.remove('alice', server.clock.now)
  const feed = JSON.stringify(await readFeed(server))
  assert.doesNotMatch(feed, /zaphod|tim|alice|example\.com|beeblebrox/i)
  assert.equal(Object.keys(JSON.parse(feed).subjects).length, 3)
})

test('names that mean something to JavaScript are names like others', async (t) => {
  const server = await startServer(t)
  const { store } = server.server.context
  for (const id of ['__proto__', 'constructor', '1', 'a"b\\c']) {
    await store.removals.removeBefore(0)
    await store.revokedTokens.insert({ tokenId: id, userId: '__proto__', expiresAt: server.clock.now + 9 }, 0)
    await store.users.insert([aUser(id)])
    await store.users.remove(id, server.clock.now)
  }
  const { tokens, subjects } = await readFeed(server)
  assert.deepEqual(tokens, ['1', '__proto__', 'a"b\\c', 'constructor'])
  assert.equal(Object.keys(subjects).length, 4)
})
