/** The `consents` table: what two remember at once, and what is held while a code is issued. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseKinds, freshStore } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

const now = 1000

for (const kind of databaseKinds) {
  test(`${kind}: what was remembered before stays, also of many at once`, async (t) => {
    const store = await freshStore(t, kind)
    await store.users.insert([aUser('tim')])
    const names = Array.from({ length: 12 }, (_, at) => `scope${at}`)
    const remember = (scopes: readonly string[]) =>
      store.transaction(({ consents }) => consents.remember('tim', 'app', scopes, now))
    await remember(['first'])
    await Promise.all(names.map((name) => remember([name, 'first'])))
    assert.deepEqual(new Set(await store.consents.find('tim', 'app')), new Set(['first', ...names]))
    assert.deepEqual(await store.consents.find('tim', 'other'), undefined)
  })

  test(`${kind}: a consent that is held is taken back after the transaction, and one that was taken back is not there`, async (t) => {
    const store = await freshStore(t, kind)
    await store.users.insert([aUser('tim')])
    await store.transaction(({ consents }) => consents.remember('tim', 'app', ['me'], now))
    const order: string[] = []
    const held = Promise.withResolvers<void>()
    const holding = store.transaction(async ({ consents }) => {
      assert.deepEqual(await consents.hold('tim', 'app'), ['me'])
      held.resolve()
      // Long enough for the withdrawal to come first, were it not waiting.
      await new Promise((resolve) => setTimeout(resolve, 50))
      order.push('held')
    })
    await held.promise
    const removing = store.consents.remove('tim', 'app').then(() => order.push('removed'))
    await Promise.all([holding, removing])
    assert.deepEqual(order, ['held', 'removed'])
    assert.deepEqual(await store.transaction(({ consents }) => consents.hold('tim', 'app')), undefined)
  })
}
