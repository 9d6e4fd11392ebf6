/**
 * A process of PostgreSQL that is killed under load: PostgreSQL then ends the connections of all, and recovers. Twice here, 50 times under
 * `npm run soak`, on a PostgreSQL of its own.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { startPostgres } from '../support/embedded-postgres.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { startLedgerLoad } from './support/ledger.ts'

const isSoak = process.env['SOAK'] === 'true'
const kills = isSoak ? 50 : 2
const timeout = isSoak ? 3_600_000 : 300_000

test(`R12 postgres: kill -9 of a backend under load, ${kills} times: 503 meanwhile, then recovery without a restart, and nothing acknowledged is lost`, {
  timeout,
  skip: process.platform === 'win32' && 'Windows has no signals',
}, async (t) => {
  const postgres = await startPostgres(temporaryFolder(t), [])
  t.after(postgres.stop)
  const make = async () => ({ url: `${postgres.url}/postgres`, remove: async () => {} })
  const databaseUrl = await databaseWithUsers(t, 'postgres', make)
  const serve = await startCommand(t, ['serve'], {
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    PASSWORD_GRANT: 'first-party',
    SHUTDOWN_DELAY: '0',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/failover.config.ts', import.meta.url)),
  })
  const load = startLedgerLoad([serve.origin])
  const answers = async (count: number) => {
    const before = load.count('200')
    await eventually(() => load.count('200') > before + count)
  }
  for (let kill = 0; kill < kills; kill++) {
    await answers(40)
    // At any point of what it does.
    await sleep(Math.random() * 100)
    const [backend] = await query(databaseUrl, busiest)
    process.kill(Number(backend?.['pid']), 'SIGKILL')
    await eventually(() => isGone(databaseUrl, Number(backend?.['pid'])))
  }
  await answers(40)
  await load.stop()
  const { differences, active, revoked, refreshes } = await load.audit()
  t.diagnostic(`${load.count('200')} answers, ${load.count('503')} 503; ${active} active and ${revoked} revoked grants`)
  assert.deepEqual([...load.faults], [])
  assert.deepEqual([...differences], [])
  assert.ok(active > 0 && revoked > 0 && refreshes > 0)
  assert.equal(serve.child.exitCode, null)
  await serve.stop()
})

/** One of the server's, in a transaction if there is one. */
const busiest = `select pid from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
  order by xact_start is null, random() limit 1`

/** Once PostgreSQL has recovered: until then it lets nobody in. */
async function isGone(databaseUrl: string, pid: number): Promise<boolean> {
  return await query(databaseUrl, `select pid from pg_stat_activity where pid = ${pid}`).then(
    (rows) => rows.length === 0,
    () => false,
  )
}
