/** Each start looks for demo users, so that is quick among a million users. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { query } from '../support/rows.ts'
import { aUser } from '../support/users.ts'

const demoUsers = `select profiles.username from credentials
  join profiles on profiles.subject_id = credentials.subject_id
  where credentials.is_demo = 1 order by profiles.username`

for (const kind of databaseKinds) {
  test(`${kind}: demo users are found by an index, among many others`, async (t) => {
    const { url, remove } = await freshDatabase(kind)
    const store = await openStore({ url, migrate: true })
    t.after(async () => {
      await store.close()
      await remove()
    })
    await store.users.insert(Array.from({ length: 2000 }, (_, index) => aUser(`user${index}`)))
    const demo = aUser('johndoe')
    await store.users.insert([{ ...demo, credentials: { ...demo.credentials, isDemo: true } }])
    assert.deepEqual(await store.credentials.listDemo(), ['johndoe'])
    if (kind === 'postgres') await query(url, 'analyze')
    const plan = await query(url, `explain ${kind === 'sqlite' ? 'query plan ' : ''}${demoUsers}`)
    assert.match(JSON.stringify(plan), /credentials_demo/)
  })
}
