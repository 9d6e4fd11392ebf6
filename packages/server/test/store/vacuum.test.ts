/** Locks of `countersign migrate` and `countersign move` beside an automatic vacuum, which a server of its own is made to run slowly. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { startPostgres } from '../../../../test/support/embedded-postgres.ts'
import { temporaryFolder } from '../../../../test/support/process.ts'
import { lockTables } from '../../src/store/migration-locks.ts'
import { migrateStore } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { eventually } from '../support/accounts.ts'
import { untilBlocked } from '../support/locks.ts'

/** A page takes a tenth of a second. What waits for a vacuum does so for 5 seconds: time for a request. */
const settings = [
  'autovacuum_naptime=1s',
  'autovacuum_vacuum_cost_delay=100ms',
  'autovacuum_vacuum_cost_limit=1',
  'deadlock_timeout=5s',
  'fsync=off',
]

test('postgres: a lock of a migration does not wait for the end of an automatic vacuum, and requests do not wait for the vacuum', async (t) => {
  const server = await startPostgres(temporaryFolder(t), settings)
  t.after(server.stop)
  const url = `${server.url}/postgres`
  await migrateStore(url)
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`insert into traces (request_id, method, path, status, reason, steps, happened_at)
    select i, '', '', 400, '', repeat(' ', 200), 0 from generate_series(1, 20000) as i`)
  const vacuums = async () =>
    (await client.query("select 1 from pg_stat_progress_vacuum where relid = 'traces'::regclass")).rowCount
  await eventually(async () => (await vacuums()) === 1)

  const connection = await openPostgres(url)
  const locked = connection.migrate((db) =>
    db.transaction().execute(async (inside) => {
      await lockTables(inside, ['subjects', 'traces'])
      return await vacuums()
    }),
  )
  let isLocked = false
  void locked.finally(() => {
    isLocked = true
  })
  await untilBlocked(url)
  await client.query("update traces set reason = 'x' where request_id = '1'")
  assert.equal(isLocked, false)
  assert.equal(await locked, 0)
  await connection.close()
  await client.end()
})
