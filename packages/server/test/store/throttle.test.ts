import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseKinds, freshStore } from '../support/databases.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a window admits as many attempts as its limit, and a new one begins when it has ended`, async (t) => {
    const { throttle } = await freshStore(t, kind)
    const guess = (now: number) => throttle.consume('tim', 3, 60, now)

    assert.deepEqual(
      [await guess(100), await guess(110), await guess(120), await guess(130)],
      [true, true, true, false],
    )
    assert.equal(await guess(159), false)
    assert.equal(await guess(160), true)

    await throttle.refund('tim')
    assert.deepEqual(
      [await guess(161), await guess(161), await guess(161), await guess(161)],
      [true, true, true, false],
    )
    await throttle.clear('tim')
    assert.equal(await guess(162), true)
  })

  test(`${kind}: D2 of 300 parallel attempts only as many as the limit are admitted`, async (t) => {
    const { throttle } = await freshStore(t, kind)
    const guesses = await Promise.all(Array.from({ length: 300 }, () => throttle.consume('tim', 10, 60, 100)))
    assert.equal(guesses.filter(Boolean).length, 10)
  })

  test(`${kind}: an exhausted budget is known without a write, until its window has ended`, async (t) => {
    const { throttle } = await freshStore(t, kind)
    assert.equal(await throttle.isExhausted('tim', 1, 100), false)
    await throttle.consume('tim', 1, 60, 100)
    assert.equal(await throttle.isExhausted('tim', 1, 159), true)
    assert.equal(await throttle.isExhausted('tim', 2, 159), false)
    assert.equal(await throttle.isExhausted('tim', 1, 160), false)
  })

  test(`${kind}: ended windows are removed, current ones stay`, async (t) => {
    const { throttle } = await freshStore(t, kind)
    await throttle.consume('ended', 1, 10, 100)
    await throttle.consume('running', 1, 60, 100)
    await throttle.removeEnded(120, 5000)
    assert.equal(await throttle.consume('running', 1, 60, 120), false)
    assert.equal(await throttle.consume('ended', 1, 60, 105), true)
  })
}
