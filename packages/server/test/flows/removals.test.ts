/** Removing a user or a client with many tokens: they end at once, the rows go in parts, and others write in between. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeClient } from '../../src/clients/disable-client.ts'
import type { Context } from '../../src/context.ts'
import type { Store } from '../../src/store/open.ts'
import { removeUser } from '../../src/users/remove-user.ts'
import { givenClient } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { aGrant, declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

/** The same store, which runs `between` before each transaction but the first. */
function interrupted(store: Store, between: () => Promise<void>): { store: Store; transactions: () => number } {
  let count = 0
  const transaction: Store['transaction'] = async (work) => {
    if (count++ > 0) await between()
    return await store.transaction(work)
  }
  return { store: { ...store, transaction }, transactions: () => count }
}

const removals = {
  user: (ctx: Context) => removeUser(ctx, 'tim'),
  client: (ctx: Context) => removeClient(ctx, 'registered'),
}

for (const database of databaseKinds) {
  for (const [what, remove] of Object.entries(removals)) {
    test(`${database}: a ${what} with 2000 refresh tokens is removed in parts, and no token lives meanwhile`, async (t) => {
      const server = await startServer(t, { database, clients: declaredClients })
      const { context } = server.server
      await givenClient(server, { id: 'registered', grantTypes: ['authorization_code', 'refresh_token'] })
      const { refreshToken } = await givenGrant(server, { id: 'live', clientId: 'registered' })
      const kept = await givenGrant(server, { id: 'kept', userId: 'alice', clientId: 'other' })
      for (const id of ['often', 'also']) await context.store.grants.insert(aGrant({ id, clientId: 'registered' }))
      const series =
        database === 'sqlite'
          ? 'with recursive s(i) as (select 1 union all select i + 1 from s where i < 2000) select i from s'
          : 'select generate_series(1, 2000) as i'
      await query(
        server.databaseUrl,
        `insert into refresh_tokens (token_hash, grant_id, created_at, expires_at)
         select 'hash-' || i, case when i % 2 = 0 then 'often' else 'also' end, 1, 2000000000 from (${series}) as s`,
      )
      const responses: (string | undefined)[] = []
      const { store, transactions } = interrupted(context.store, async () => {
        responses.push((await refresh(server, refreshToken, { clientId: 'registered' })).error)
      })
      await remove({ ...context, store })

      assert.ok(transactions() > 5, String(transactions()))
      const ended = what === 'user' ? 'invalid_grant' : 'invalid_client'
      assert.deepEqual(new Set(responses), new Set([ended]))
      assert.equal(await countRows(server.databaseUrl, 'refresh_tokens'), 1)
      assert.equal(await countRows(server.databaseUrl, 'grants'), 1)
      assert.equal((await refresh(server, kept.refreshToken, { clientId: 'other' })).status, 200)
    })
  }
}
