import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '../../src/domain/session.ts'
import type { Store } from '../../src/store/open.ts'
import { databaseKinds, freshStore } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

const now = 1_800_000_000
const live = { now, idleSince: now - 3600 }

async function givenUsers(store: Store, ...ids: string[]): Promise<void> {
  await store.users.insert(ids.map((id) => aUser(id)))
}

function session(id: string, userId: string, fields: Partial<Session> = {}): Session {
  const times = { authenticatedAt: now, selectedAt: now, lastSeenAt: now, expiresAt: now + 100 }
  return { id, userId, amr: ['otp', 'pwd'], acr: 'urn:example:two', ...times, ...fields }
}

const idsOf = (sessions: readonly Session[]) => sessions.map(({ id }) => id)

for (const kind of databaseKinds) {
  test(`${kind}: a session comes back as it was begun, in its browser alone`, async (t) => {
    const store = await freshStore(t, kind)
    await givenUsers(store, 'tim')
    await store.sessions.begin(undefined, 'a browser', session('one', 'tim'))
    assert.deepEqual(await store.sessions.ofBrowser('a browser', live), [session('one', 'tim')])
    assert.deepEqual(await store.sessions.ofBrowser('another browser', live), [])
  })

  test(`${kind}: a login gives the browser a new hash; other users' sessions in it stay, and the same user's continues`, async (t) => {
    const store = await freshStore(t, kind)
    await givenUsers(store, 'tim', 'alice')
    await store.sessions.begin(undefined, 'first', session('one', 'tim'))
    await store.sessions.begin('first', 'second', session('two', 'alice', { selectedAt: now + 1 }))
    const later = { authenticatedAt: now + 2, selectedAt: now + 2, lastSeenAt: now + 2, expiresAt: now + 200 }
    const again = await store.sessions.begin('second', 'third', session('three', 'tim', later))
    // The clients know the session by its id: a logout still finds what came of it before.
    assert.deepEqual(again, session('one', 'tim', later))
    assert.deepEqual(await store.sessions.ofBrowser('first', live), [])
    assert.deepEqual(await store.sessions.ofBrowser('second', live), [])
    assert.deepEqual(idsOf(await store.sessions.ofBrowser('third', live)), ['one', 'two'])
  })

  test(`${kind}: the session that was selected last comes first`, async (t) => {
    const store = await freshStore(t, kind)
    await givenUsers(store, 'tim', 'alice')
    await store.sessions.begin(undefined, 'browser', session('one', 'tim'))
    await store.sessions.begin(undefined, 'browser', session('two', 'alice', { selectedAt: now + 1 }))
    await store.sessions.select('browser', 'one', now + 2)
    assert.deepEqual(idsOf(await store.sessions.ofBrowser('browser', live)), ['one', 'two'])
    await store.sessions.select('another browser', 'two', now + 3)
    assert.deepEqual(idsOf(await store.sessions.ofBrowser('browser', live)), ['one', 'two'])
    await store.sessions.select('browser', 'two', now + 2)
    assert.deepEqual(idsOf(await store.sessions.ofBrowser('browser', live)), ['two', 'one'])
  })

  test(`${kind}: sessions that expired or were not used do not count, and are removed`, async (t) => {
    const store = await freshStore(t, kind)
    await givenUsers(store, 'tim', 'alice')
    await store.sessions.begin(undefined, 'browser', session('ended', 'tim', { expiresAt: now }))
    await store.sessions.begin(undefined, 'browser', session('idle', 'alice', { lastSeenAt: live.idleSince }))
    assert.deepEqual(await store.sessions.ofBrowser('browser', live), [])
    await store.sessions.touch('idle', now)
    assert.deepEqual(idsOf(await store.sessions.ofBrowser('browser', live)), ['idle'])
    await store.sessions.removeEnded(live, 5000)
    assert.deepEqual(idsOf(await store.sessions.endBrowser('browser')), ['idle'])
  })

  test(`${kind}: a browser's sessions end and are returned; a user's end everywhere`, async (t) => {
    const store = await freshStore(t, kind)
    await givenUsers(store, 'tim', 'alice')
    await store.sessions.begin(undefined, 'here', session('one', 'tim'))
    await store.sessions.begin(undefined, 'there', session('two', 'tim'))
    await store.sessions.begin(undefined, 'there', session('three', 'alice'))
    await store.sessions.endUser('tim')
    assert.deepEqual(await store.sessions.ofBrowser('here', live), [])
    assert.deepEqual(idsOf(await store.sessions.endBrowser('there')), ['three'])
    assert.deepEqual(await store.sessions.endBrowser('there'), [])
  })

  test(`${kind}: the sessions, consents and grants of a removed user are removed`, async (t) => {
    const store = await freshStore(t, kind)
    await givenUsers(store, 'tim')
    await store.sessions.begin(undefined, 'browser', session('one', 'tim'))
    await store.consents.remember('tim', 'app', new Map([['', ['openid']]]), now)
    await store.subjects.remove('tim', now)
    assert.deepEqual(await store.sessions.ofBrowser('browser', live), [])
    assert.deepEqual(await store.consents.find('tim', 'app'), new Map())
  })

  test(`${kind}: an answer counts for its browser and request until it expires`, async (t) => {
    const { interactionResults } = await freshStore(t, kind)
    await interactionResults.record('browser', 'request', 'consent', now + 10)
    await interactionResults.record('browser', 'request', 'consent', now + 20)
    await interactionResults.record('browser', 'another request', 'login', now + 20)
    assert.deepEqual(await interactionResults.find('browser', ['request'], now + 19), new Set(['consent']))
    assert.deepEqual(
      await interactionResults.find('browser', ['request', 'another request'], now),
      new Set(['consent', 'login']),
    )
    assert.deepEqual(await interactionResults.find('browser', ['request'], now + 20), new Set())
    assert.deepEqual(await interactionResults.find('another browser', ['request'], now), new Set())
    assert.deepEqual(await interactionResults.take('browser', ['request'], now + 19), new Set(['consent']))
    assert.deepEqual(await interactionResults.take('browser', ['request'], now), new Set())
    assert.deepEqual(await interactionResults.find('browser', ['request', 'another request'], now), new Set(['login']))
    await interactionResults.removeBrowser('browser')
    assert.deepEqual(await interactionResults.find('browser', ['another request'], now), new Set())
  })
}
