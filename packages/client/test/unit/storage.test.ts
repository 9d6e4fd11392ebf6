/** Where tokens are kept. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from '../../src/tokens/in-turn.ts'
import { memoryStorage, type WebStorageArea, webStorage, withTurns } from '../../src/tokens/storage.ts'

function makeArea(): WebStorageArea {
  const texts = new Map<string, string>()
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => {
      texts.set(key, value)
    },
    removeItem: (key) => {
      texts.delete(key)
    },
  }
}

for (const [name, make] of [
  ['memory', memoryStorage],
  ['a page', () => webStorage(makeArea())],
] as const) {
  test(`in ${name}: a value is there from set until remove`, async () => {
    const storage = make()
    assert.equal(await storage.get('a'), undefined)
    await storage.set('a', '1')
    await storage.set('b', '2')
    assert.equal(await storage.get('a'), '1')
    await storage.remove('a')
    assert.equal(await storage.get('a'), undefined)
    assert.equal(await storage.get('b'), '2')
  })

  test(`in ${name}: work under a key is done in turn`, async () => {
    const storage = withTurns(make())
    const add = async () => {
      const count = Number((await storage.get('count')) ?? 0)
      await Promise.resolve()
      await storage.set('count', String(count + 1))
    }
    await Promise.all(Array.from({ length: 5 }, () => storage.lock('count', add)))
    assert.equal(await storage.get('count'), '5')
  })
}

test('work that fails rejects its own call, and the next work has its turn', async () => {
  const inTurn = createTurns()
  const failed = inTurn('a', () => Promise.reject(new Error('no')))
  const done = inTurn('a', () => Promise.resolve('yes'))
  await assert.rejects(failed, /no/)
  assert.equal(await done, 'yes')
})

test('work under another key does not wait', async () => {
  const inTurn = createTurns()
  let release = () => {}
  const first = inTurn(
    'a',
    () =>
      new Promise<void>((resolve) => {
        release = resolve
      }),
  )
  assert.equal(await inTurn('b', () => Promise.resolve('done')), 'done')
  release()
  await first
})

test('a storage without a lock gets turns', async () => {
  const { get, set, remove } = memoryStorage()
  const storage = withTurns({ get, set, remove })
  const order: number[] = []
  await Promise.all([
    storage.lock('a', async () => {
      await Promise.resolve()
      order.push(1)
    }),
    storage.lock('a', async () => {
      order.push(2)
    }),
  ])
  assert.deepEqual(order, [1, 2])
})
