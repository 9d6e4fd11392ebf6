/** The write-ahead log after a flood of writes. */
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { eventually } from '../support/accounts.ts'
import { freshDatabase } from '../support/databases.ts'

test('sqlite: the write-ahead log is emptied when nothing is written any more', async (t) => {
  const { url, remove } = await freshDatabase('sqlite')
  const store = await openStore({ url, migrate: true })
  t.after(async () => {
    await store.close()
    await remove()
  })
  const log = `${url.slice('sqlite:'.length)}-wal`
  for (let row = 0; row < 200; row++) await store.throttle.consume(`key ${row}`, 5, 10, 0)
  assert.ok(statSync(log).size > 0)
  await eventually(async () => {
    await store.tidy()
    return statSync(log).size === 0
  })
  await store.throttle.consume('after it', 1, 10, 0)
  assert.ok(await store.throttle.isExhausted('after it', 1, 5))
})
