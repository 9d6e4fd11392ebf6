/** Reads on SQLite share a snapshot for one turn of the event loop: what they must see all the same. */
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openStore, type Store } from '../../src/store/open.ts'
import { freshDatabase } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

const tim = aUser('tim')

test('sqlite: a read sees the write of this process that came before it in the same turn', async (t) => {
  const { stores } = await storesOnOneFile(t)
  const [{ subjects }] = stores
  assert.equal((await subjects.find('tim'))?.isDisabled, false)
  await subjects.setDisabled('tim', true, 1)
  assert.equal((await subjects.find('tim'))?.isDisabled, true)
})

test('sqlite: a read sees what another process committed in an earlier turn', async (t) => {
  const { stores } = await storesOnOneFile(t)
  const [reader, writer] = stores
  assert.equal((await reader.subjects.find('tim'))?.isDisabled, false)
  await writer.subjects.setDisabled('tim', true, 1)
  await nextTurn()
  assert.equal((await reader.subjects.find('tim'))?.isDisabled, true)
})

test('sqlite: a read in setImmediate hides no later write of another process', async (t) => {
  const { path, stores } = await storesOnOneFile(t)
  const [{ subjects }] = stores
  const other = new DatabaseSync(path)
  t.after(() => other.close())
  const later = await new Promise<unknown>((resolve) => {
    setImmediate(async () => {
      await subjects.find('tim')
      other.exec('update subjects set is_disabled = 1')
      // Timers are the first part of the next turn. It is due by then.
      setTimeout(() => resolve(subjects.find('tim')), 1)
      const begun = performance.now()
      while (performance.now() - begun < 3);
    })
  })
  assert.partialDeepStrictEqual(later, { isDisabled: true })
})

test('sqlite: what a request reads after its commit hides no later write of another process', async (t) => {
  const { path, stores } = await storesOnOneFile(t)
  const [store] = stores
  const other = new DatabaseSync(path)
  t.after(() => other.close())
  await store.transaction(({ subjects }) => subjects.setDisabled('tim', false, 1))
  await store.subjects.find('tim')
  const later = await new Promise<unknown>((resolve) => {
    process.nextTick(() => {
      other.exec('update subjects set is_disabled = 1')
      resolve(store.subjects.find('tim'))
    })
  })
  assert.partialDeepStrictEqual(later, { isDisabled: true })
})

test('sqlite: reads never keep the write-ahead log from being emptied', async (t) => {
  const { path, stores } = await storesOnOneFile(t)
  const [{ subjects }] = stores
  for (let round = 0; round < 2500; round++) {
    await subjects.find('tim')
    await subjects.setDisabled('tim', round % 2 === 0, round)
  }
  // SQLite empties it at some 4 MB; all of these writes together are 10 MB.
  assert.ok(statSync(`${path}-wal`).size < 7_000_000)
})

/** Two stores stand for two processes: each has connections of its own. */
async function storesOnOneFile(t: TestContext): Promise<{ path: string; stores: [Store, Store] }> {
  const { url, remove } = await freshDatabase('sqlite')
  const first = await openStore({ url, migrate: true })
  const second = await openStore({ url, migrate: false })
  t.after(async () => {
    await first.close()
    await second.close()
    await remove()
  })
  await first.users.insert([tim])
  return { path: url.slice('sqlite:'.length), stores: [first, second] }
}
