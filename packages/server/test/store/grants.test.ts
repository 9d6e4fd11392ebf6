import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withdrawConsent } from '../../src/token-status/withdraw-consent.ts'
import { databaseKinds } from '../support/databases.ts'
import { givenGrant } from '../support/grants.ts'
import { startServer } from '../support/server.ts'

for (const database of databaseKinds) {
  test(`${database}: a withdrawn consent revokes the grants of that user and client, and no others`, async (t) => {
    const server = await startServer(t, { database })
    const { store } = server.server.context
    const { now } = server.clock
    for (const clientId of ['app', 'other']) {
      await store.consents.remember('tim', clientId, new Map([['', ['me']]]), now)
      await givenGrant(server, { clientId })
    }
    await store.consents.remember('alice', 'app', new Map([['', ['me']]]), now)
    await givenGrant(server, { userId: 'alice' })

    assert.equal(await withdrawConsent({ store, now: () => now }, 'tim', 'app'), 1)
    assert.equal(await withdrawConsent({ store, now: () => now }, 'tim', 'app'), 0)
    assert.deepEqual(await store.consents.find('tim', 'app'), new Map())
    assert.deepEqual(await store.consents.find('tim', 'other'), new Map([['', ['me']]]))
    const left = await store.grants.ofUser('tim', now)
    assert.deepEqual(
      left.map(({ clientId }) => clientId),
      ['other'],
    )

    assert.equal(await withdrawConsent({ store, now: () => now }, 'tim', undefined), 1)
    assert.deepEqual(await store.consents.find('tim', 'other'), new Map())
    assert.deepEqual(await store.grants.ofUser('tim', now), [])
    assert.deepEqual(await store.consents.find('alice', 'app'), new Map([['', ['me']]]))
    assert.equal((await store.grants.ofUser('alice', now)).length, 1)
  })
}
