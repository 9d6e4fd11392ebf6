import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a window admits as many guesses as its limit and begins anew when it has ended`, async (t) => {
    const database = await freshDatabase(kind)
    const store = await openStore({ url: database.url, migrate: true })
    t.after(async () => {
      await store.close()
      await database.remove()
    })
    const guess = (now: number) => store.throttle.consume('tim', 3, 60, now)

    assert.deepEqual([await guess(100), await guess(110), await guess(120), await guess(130)], [true, true, true, false])
    assert.equal(await guess(159), false)
    assert.equal(await guess(160), true)

    await store.throttle.refund('tim')
    assert.deepEqual([await guess(161), await guess(161), await guess(161), await guess(161)], [true, true, true, false])
    await store.throttle.clear('tim')
    assert.equal(await guess(162), true)
  })

  test(`${kind}: D2 of 300 parallel guesses only as many as the limit are admitted`, async (t) => {
    const database = await freshDatabase(kind)
    const store = await openStore({ url: database.url, migrate: true })
    t.after(async () => {
      await store.close()
      await database.remove()
    })
    const guesses = await Promise.all(Array.from({ length: 300 }, () => store.throttle.consume('tim', 10, 60, 100)))
    assert.equal(guesses.filter(Boolean).length, 10)
  })
}
