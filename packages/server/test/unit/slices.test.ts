/** Housekeeping removes rows in slices whose size follows the time that they take. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inSlices, nextSize } from '../../src/store/slices.ts'
import { databaseKinds, freshStore } from '../support/databases.ts'

test('a slice grows at most to the double, and shrinks at once to what fits', () => {
  assert.equal(nextSize(50, 0), 100)
  assert.equal(nextSize(50, 4), 100)
  assert.equal(nextSize(100, 8), 125)
  assert.equal(nextSize(5000, 0.5), 5000)
  assert.equal(nextSize(5000, 2400), 20)
  assert.equal(nextSize(1, 900), 1)
})

for (const kind of databaseKinds) {
  test(`${kind}: slices end when nothing is left, and what others write in between stays`, async (t) => {
    const store = await freshStore(t, kind)
    for (let row = 0; row < 300; row++) await store.throttle.consume(`ended ${row}`, 5, 10, 0)
    const sizes: number[] = []
    await inSlices(store, async ({ throttle }, max) => {
      sizes.push(max)
      await throttle.consume(`new ${sizes.length}`, 1, 1000, 0)
      return await throttle.removeEnded(20, max)
    })
    assert.ok(sizes.length > 2, 'there were several slices')
    for (let slice = 1; slice <= sizes.length; slice++)
      assert.ok(await store.throttle.isExhausted(`new ${slice}`, 1, 20))
    assert.equal(await store.throttle.removeEnded(20, 5000), 0)
  })
}
