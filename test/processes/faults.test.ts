/** A `serve` that meets a full disk goes on, and recovers. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { openStore } from '../../packages/server/src/store/open.ts'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { type DatabaseKind, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { addTestUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { command, type Environment, temporaryFolder } from '../support/process.ts'

test('R4 a log that cannot be written does not end the server, and not keep it from stopping', async (t) => {
  if (!existsSync('/dev/full')) return skipWithout(t, 'this system has no /dev/full')
  const environment = await prepared(t, 'sqlite')
  const full = openSync('/dev/full', 'w')
  t.after(() => closeSync(full))
  const child = spawn(process.execPath, [...command, 'serve'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', full, 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)))
  const origin = `http://127.0.0.1:${environment['PORT']}`
  const statusOf = (path: string) =>
    fetch(`${origin}${path}`).then(
      ({ status }) => status,
      () => 0,
    )
  await eventually(async () => (await statusOf('/readyz')) === 200)
  // Each of them is a line.
  for (let count = 0; count < 20; count++) assert.equal(await statusOf('/nothing'), 404)
  assert.equal(await statusOf('/healthz'), 200)
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})

/** The environment of a command on a fresh database with the users of the tests. */
async function prepared(t: TestContext, kind: DatabaseKind, settings: Environment = {}): Promise<Environment> {
  const database = await freshDatabase(kind)
  t.after(database.remove)
  const store = await openStore({ url: database.url, migrate: true })
  await addTestUsers(store, Math.floor(Date.now() / 1000))
  await store.close()
  return {
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: database.url,
    SECRET_KEY: testSecret,
    PORT: String(await freePort()),
    ...settings,
  }
}
