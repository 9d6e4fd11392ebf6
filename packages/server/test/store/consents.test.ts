/** The `consents` table: what two remember at once, and what is held while a code is issued. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { thisServer } from '../../src/domain/consent.ts'
import { databaseKinds, freshStore, freshStoreAndUrl } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'
import { aUser } from '../support/users.ts'

const now = 1000
const consent = new Map([[thisServer, ['me']]])

for (const kind of databaseKinds) {
  test(`${kind}: what was remembered before stays, also when many are remembered in parallel`, async (t) => {
    const store = await freshStore(t, kind)
    await store.users.insert([aUser('tim')])
    const names = Array.from({ length: 12 }, (_, at) => `scope${at}`)
    const remember = (resource: string, scopes: readonly string[]) =>
      store.transaction(({ consents }) => consents.remember('tim', 'app', new Map([[resource, scopes]]), now))
    await remember(thisServer, ['first'])
    await Promise.all(names.map((name) => remember(thisServer, [name, 'first'])))
    await Promise.all(names.map((name) => remember(`https://${name}.example`, [])))
    const remembered = await store.consents.find('tim', 'app')
    assert.deepEqual(new Set(remembered.get(thisServer)), new Set(['first', ...names]))
    assert.equal(remembered.size, 1 + names.length)
    assert.deepEqual(remembered.get('https://scope3.example'), [])
    assert.deepEqual(await store.consents.find('tim', 'other'), new Map())
  })

  test(`${kind}: a locked consent is withdrawn after the transaction, and a withdrawn one cannot be locked`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, kind)
    await store.users.insert([aUser('tim')])
    await store.transaction(({ consents }) => consents.remember('tim', 'app', consent, now))
    const order: string[] = []
    const held = Promise.withResolvers<void>()
    const holding = store.transaction(async ({ consents }) => {
      assert.deepEqual(await consents.lock('tim', 'app'), consent)
      held.resolve()
      await untilBlocked(url)
      order.push('held')
    })
    await held.promise
    const removing = store.consents.remove('tim', 'app').then(() => order.push('removed'))
    await Promise.all([holding, removing])
    assert.deepEqual(order, ['held', 'removed'])
    assert.deepEqual(await store.transaction(({ consents }) => consents.lock('tim', 'app')), new Map())
  })
}
