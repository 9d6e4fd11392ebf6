/**
 * A `serve` that is killed again and again under load, together with a program that changes passwords and keys: twice here, 200 times on each database
 * under `npm run soak`.
 */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { databaseKinds, migratedDatabaseOnDisk } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { onTestsPostgres, startCommand, temporaryFolder } from '../support/process.ts'
import { startCodeLedger } from './support/code-ledger.ts'
import { startLedgerLoad } from './support/ledger.ts'
import { startOperatorLedger } from './support/operator-ledger.ts'
import { startOperator } from './support/operator-process.ts'

const isSoak = process.env['SOAK'] === 'true'
const kills = isSoak ? Number(process.env['SOAK_KILLS'] ?? 200) : 2
const timeout = isSoak ? 7_200_000 : 300_000

for (const kind of databaseKinds) {
  test(`R1 ${kind}: killed ${kills} times under load, a server keeps what it has answered, and nothing is half done`, {
    timeout,
  }, async (t) => {
    const databaseUrl = await databaseWithUsers(t, kind, migratedDatabaseOnDisk)
    const port = await freePort()
    const settings = {
      ...onTestsPostgres,
      DATA_DIR: temporaryFolder(t),
      DATABASE_URL: databaseUrl,
      SECRET_KEY: testSecret,
      PASSWORD_GRANT: 'first-party',
      COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/killed.config.ts', import.meta.url)),
      PORT: String(port),
      ISSUER: `http://127.0.0.1:${port}`,
    }
    const start = () => Promise.all([startCommand(t, ['serve'], settings), startOperator(t, settings)])
    let [serve, operator] = await start()
    const load = startLedgerLoad([serve.origin], { whileDown: true })
    const codes = startCodeLedger(serve.origin, tim)
    const changes = startOperatorLedger(serve.origin, databaseUrl, operator)
    t.after(() => {
      changes.abandon()
      return Promise.all([load.stop(), codes.stop()])
    })
    const doneOf = () => [load.count('200'), codes.counts().redeemed, changes.counts().passwords]
    const faults = () => [...load.faults, ...codes.faults, ...changes.faults]
    /** So many answers more, and one more of each of the others. */
    const answers = async (count: number) => {
      const [requests = 0, redeemed = 0, passwords = 0] = doneOf()
      const least = [requests + count, redeemed + 1, passwords + 1]
      while (!doneOf().every((done, at) => done >= (least[at] ?? 0))) {
        assert.deepEqual(faults(), [])
        await sleep(10)
      }
    }
    for (let kill = 0; kill < kills; kill++) {
      await answers(40)
      // At any point of a new password, or of a rotation, and of what the server does.
      await changes.begun()
      await sleep(Math.random() * 50)
      await Promise.all([serve.stop('SIGKILL'), operator.kill()])
      ;[serve, operator] = await start()
      changes.resume(operator)
      await codes.compare()
    }
    await answers(40)
    await Promise.all([load.stop(), codes.stop(), changes.stop()])
    await codes.compare()
    const { differences, active, revoked, refreshes } = await load.audit()
    t.diagnostic(
      `${load.count('200')} answers, ${load.count('error')} cut off; ${active} active and ${revoked} revoked grants, ${refreshes} refreshes`,
    )
    const { redeemed, inDoubt, compared } = codes.counts()
    const { passwords, rotations, cut } = changes.counts()
    t.diagnostic(
      `${redeemed} codes redeemed, ${inDoubt} cut off, ${compared} known as used; ${passwords} new passwords and ${rotations} rotations, ${cut} cut off`,
    )
    assert.deepEqual(faults(), [])
    assert.deepEqual([...differences], [])
    assert.ok(active > 0 && revoked > 0 && refreshes > 0)
    assert.ok(redeemed > 0 && passwords > 0 && rotations > 0)
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
