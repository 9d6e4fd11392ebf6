/** What has had its time leaves the database in batches. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore, type Store } from '../../src/store/open.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { query } from '../support/rows.ts'
import { aUser } from '../support/users.ts'

const count = 5003
const facts = `'{"requestId":"r","address":"a","userAgent":null,"happenedAt":1}'`

/** `count` rows that ended at 10, and one that does not end; how they are inserted, and removed. */
const tables: readonly {
  readonly name: string
  readonly columns: string
  readonly values: (end: string) => string
  readonly remove: (store: Store) => Promise<number>
}[] = [
  {
    name: 'throttle',
    columns: 'key, failures, window_ends_at',
    values: (end) => `'key ' || i, 1, ${end}`,
    remove: ({ throttle }) => throttle.removeEnded(10, 5000),
  },
  {
    name: 'incidents',
    columns: 'id, kind, grant_id, client_id, user_id, first, second, happened_at',
    values: (end) => `'id ' || i, 'code_replayed', 'grant', 'client', 'tim', ${facts}, ${facts}, ${end}`,
    remove: ({ incidents }) => incidents.removeBefore(11, 5000),
  },
  {
    name: 'sessions',
    columns: 'id, browser_hash, user_id, authenticated_at, selected_at, last_seen_at, expires_at',
    // One half lay unused, the other came to its end.
    values: (end) => `'id ' || i, 'browser', 'tim', 1, 1, case i % 2 when 0 then ${end} else 1000 end,
      case i % 2 when 1 then ${end} else 1000 end`,
    remove: ({ sessions }) => sessions.removeEnded({ now: 10, idleSince: 10 }, 5000),
  },
  {
    name: 'interaction_answers',
    columns: 'browser_hash, request_hash, answer, expires_at',
    values: (end) => `'browser', 'request ' || i, 'login', ${end}`,
    remove: ({ interactionResults }) => interactionResults.removeEnded(10, 5000),
  },
  {
    name: 'grants',
    columns: 'id, client_id, user_id, scope, is_offline, claims, authenticated_at, created_at, expires_at',
    values: (end) => `'id ' || i, 'app', 'tim', '', 0, '{"idToken":[],"userInfo":[]}', 1, 1, ${end}`,
    remove: ({ grants }) => grants.removeEnded(10, 5000),
  },
  {
    name: 'refresh_tokens',
    columns: 'token_hash, grant_id, created_at, expires_at',
    values: (end) => `'hash ' || i, 'id 0', 1, ${end}`,
    remove: ({ refreshTokens }) => refreshTokens.removeEnded(11, 5000),
  },
  {
    name: 'revoked_tokens',
    columns: 'token_id, expires_at',
    values: (end) => `'id ' || i, ${end}`,
    remove: ({ revokedTokens }) => revokedTokens.removeEnded(10, 5000),
  },
]

for (const database of databaseKinds) {
  test(`${database}: at most as many rows as asked for are removed in one statement, and active rows stay`, async (t) => {
    // Without a server: its housekeeping would be at work beside the test.
    const { url: databaseUrl, remove: removeDatabase } = await freshDatabase(database)
    const store = await openStore({ url: databaseUrl, migrate: true })
    t.after(async () => {
      await store.close()
      await removeDatabase()
    })
    await store.users.insert([aUser('tim')])
    for (const { name, columns, values, remove } of tables) {
      await query(databaseUrl, `insert into ${name} (${columns}) select ${values('1000')} from (select 0 as i) as one`)
      const numbers = `with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${count})`
      await query(databaseUrl, `${numbers} insert into ${name} (${columns}) select ${values('10')} from numbers`)
      const removed = []
      for (let batch = 0; batch < 3; batch++) removed.push(await remove(store))
      assert.deepEqual(removed, [5000, count - 5000, 0], name)
      const [left] = await query(databaseUrl, `select count(*) as rows from ${name}`)
      assert.equal(Number(left?.['rows']), 1, name)
    }
  })
}
