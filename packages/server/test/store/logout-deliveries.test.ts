import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { databaseKinds, freshDatabase, freshStore } from '../support/databases.ts'

const now = 1_800_000_000
const about = { clientId: 'app', sessionId: 'session', userId: 'tim' }

for (const kind of databaseKinds) {
  test(`${kind}: a delivery comes back as it was put in, with the attempt counted`, async (t) => {
    const { logoutDeliveries } = await freshStore(t, kind)
    await logoutDeliveries.insert({ id: 'one', ...about }, now)
    assert.equal(await logoutDeliveries.claim(now - 1, now + 30), undefined)
    assert.deepEqual(await logoutDeliveries.claim(now, now + 30), { id: 'one', ...about, attempts: 1 })
  })

  test(`${kind}: a claimed delivery is due again when its lease ends`, async (t) => {
    const { logoutDeliveries } = await freshStore(t, kind)
    await logoutDeliveries.insert({ id: 'one', ...about }, now)
    await logoutDeliveries.claim(now, now + 30)
    assert.equal(await logoutDeliveries.claim(now + 29, now + 60), undefined)
    assert.equal((await logoutDeliveries.claim(now + 30, now + 60))?.attempts, 2)
  })

  test(`${kind}: a postponed delivery is due at its time, and a removed one never`, async (t) => {
    const { logoutDeliveries } = await freshStore(t, kind)
    await logoutDeliveries.insert({ id: 'one', ...about }, now)
    await logoutDeliveries.claim(now, now + 30)
    await logoutDeliveries.postpone('one', now + 300)
    assert.equal(await logoutDeliveries.claim(now + 299, now + 600), undefined)
    assert.equal((await logoutDeliveries.claim(now + 300, now + 330))?.id, 'one')
    await logoutDeliveries.remove('one')
    assert.equal(await logoutDeliveries.claim(now + 1000, now + 1030), undefined)
  })

  test(`${kind}: what has been due longest comes first`, async (t) => {
    const { logoutDeliveries } = await freshStore(t, kind)
    for (const [id, due] of [
      ['late', now],
      ['early', now - 10],
      ['future', now + 1],
    ] as const) {
      await logoutDeliveries.insert({ id, ...about }, due)
    }
    const claim = async () => (await logoutDeliveries.claim(now, now + 30))?.id
    assert.deepEqual([await claim(), await claim(), await claim()], ['early', 'late', undefined])
  })

  test(`${kind}: of parallel claims by several processes each delivery goes to one, and none is skipped`, async (t) => {
    const database = await freshDatabase(kind)
    const stores = [await openStore({ url: database.url, migrate: true })]
    for (let more = 0; more < 2; more++) stores.push(await openStore({ url: database.url, migrate: false }))
    t.after(async () => {
      await Promise.all(stores.map((store) => store.close()))
      await database.remove()
    })
    const ids = Array.from({ length: 30 }, (_, index) => `delivery ${index}`)
    for (const id of ids) await stores[0]?.logoutDeliveries.insert({ id, ...about }, now)

    const claims = ids.flatMap(() => stores.map((store) => store.logoutDeliveries.claim(now, now + 30)))
    const claimed = (await Promise.all(claims)).flatMap((delivery) => delivery?.id ?? [])

    assert.deepEqual(claimed.sort(), ids.sort())
  })
}
