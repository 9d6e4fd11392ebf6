/** What is made when it is first needed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lazily } from '../../src/lazily.ts'

test('it is made once, for checks that come together and those that come later', async () => {
  let count = 0
  const part = lazily('a part', async () => ({ count: ++count }))
  assert.equal(count, 0)
  const [first, second] = await Promise.all([part(), part()])
  assert.equal(first, second)
  assert.equal(part(), first)
  assert.equal(count, 1)
})

test('what fails to be made rejects the check, and is tried again by the next', async () => {
  const cause = new Error('the network is away')
  let isAway = true
  const part = lazily('a part', async () => {
    if (isAway) throw cause
    return 'made'
  })
  const rejection = { name: 'TokenRejection', reason: 'verification_failed', expected: 'a part', cause }
  const together = [part(), part()]
  for (const check of together) await assert.rejects(async () => await check, rejection)
  await assert.rejects(async () => await part(), rejection)
  isAway = false
  assert.equal(await part(), 'made')
})
