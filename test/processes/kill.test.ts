/** A `serve` that is killed again and again under load: twice here, 100 times on each database under `npm run soak`. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseKinds, migratedDatabaseOnDisk } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { onTestsPostgres, startCommand, temporaryFolder } from '../support/process.ts'
import { startLedgerLoad } from './support/ledger.ts'

const isSoak = process.env['SOAK'] === 'true'
const kills = isSoak ? 100 : 2
const timeout = isSoak ? 3_600_000 : 300_000

for (const kind of databaseKinds) {
  test(`R1 ${kind}: killed ${kills} times under load, a server keeps what it has answered, and nothing is half done`, {
    timeout,
  }, async (t) => {
    const databaseUrl = await databaseWithUsers(t, kind, migratedDatabaseOnDisk)
    const settings = {
      ...onTestsPostgres,
      DATA_DIR: temporaryFolder(t),
      DATABASE_URL: databaseUrl,
      SECRET_KEY: testSecret,
      PASSWORD_GRANT: 'first-party',
      COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/failover.config.ts', import.meta.url)),
      PORT: String(await freePort()),
    }
    let serve = await startCommand(t, ['serve'], settings)
    const load = startLedgerLoad([serve.origin], { whileDown: true })
    const answers = async (count: number) => {
      const before = load.count('200')
      await eventually(() => load.count('200') > before + count)
    }
    for (let kill = 0; kill < kills; kill++) {
      await answers(40)
      // At any point of what it does.
      await sleep(Math.random() * 100)
      await serve.stop('SIGKILL')
      serve = await startCommand(t, ['serve'], settings)
    }
    await answers(40)
    await load.stop()
    const { differences, active, revoked, refreshes } = await load.audit()
    t.diagnostic(
      `${load.count('200')} answers, ${load.count('error')} cut off; ${active} active and ${revoked} revoked grants, ${refreshes} refreshes`,
    )
    assert.deepEqual([...load.faults], [])
    assert.deepEqual([...differences], [])
    assert.ok(active > 0 && revoked > 0 && refreshes > 0)
    if (kind === 'sqlite') assert.deepEqual(problemsOf(databaseUrl), [])
  })
}

/** What SQLite itself finds wrong: in pages and indexes, and rows that refer to missing ones. */
function problemsOf(databaseUrl: string): readonly unknown[] {
  const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { readOnly: true })
  try {
    const integrity = database.prepare('pragma integrity_check').all()
    return [
      ...integrity.filter(({ integrity_check }) => integrity_check !== 'ok'),
      ...database.prepare('pragma foreign_key_check').all(),
    ]
  } finally {
    database.close()
  }
}
