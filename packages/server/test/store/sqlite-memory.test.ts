/** A database in memory: `sqlite::memory:`. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openStore, type Store } from '../../src/store/open.ts'
import { aUser } from '../support/users.ts'

async function memoryStore(t: TestContext): Promise<Store> {
  const store = await openStore({ url: 'sqlite::memory:', migrate: false })
  t.after(store.close)
  return store
}

test('a database in memory has its tables without migrate', async (t) => {
  const { users } = await memoryStore(t)
  await users.insert([aUser('tim')])
  assert.equal((await users.findById('tim'))?.profile.username, 'tim')
})

test('two databases in memory share nothing', async (t) => {
  const [one, other] = [await memoryStore(t), await memoryStore(t)]
  await one.users.insert([aUser('tim')])
  assert.equal(await other.users.findById('tim'), undefined)
})

test('a read beside a transaction sees what is committed', async (t) => {
  const { users, transaction } = await memoryStore(t)
  const undone = transaction(async (inside) => {
    await inside.users.insert([aUser('tim')])
    throw new Error('no')
  })
  const read = users.findById('tim')
  await assert.rejects(undone, { message: 'no' })
  assert.equal(await read, undefined)

  await transaction(({ users: inside }) => inside.insert([aUser('tim')]))
  assert.ok(await users.findById('tim'))
})

test('many reads and writes at once all succeed', async (t) => {
  const { users } = await memoryStore(t)
  const names = Array.from({ length: 200 }, (_, at) => `user${at}`)
  await Promise.all(
    names.map(async (name) => {
      await users.insert([aUser(name)])
      assert.ok(await users.findById(name))
    }),
  )
  assert.equal((await users.list(500)).length, 200)
})
