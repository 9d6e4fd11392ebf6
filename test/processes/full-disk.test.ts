/** A `serve` on SQLite whose disk is really full: one of 8 MB in memory, which only the server has. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { alice, databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { asOwnRoot, namespacesMissing } from '../support/namespaces.ts'
import { command, temporaryFolder } from '../support/process.ts'
import { untilNotReady, untilReady } from '../support/readiness.ts'

/** A mount that nobody else sees. */
const unshare = [...asOwnRoot, '--mount']

interface OnDisk {
  readonly origin: string
  /** A path on its disk, as this process reaches it. */
  readonly pathOf: (name: string) => string
}

async function serveOnSmallDisk(t: TestContext): Promise<OnDisk> {
  const disk = temporaryFolder(t)
  const mount = `mount -t tmpfs -o size=8m none '${disk}'`
  const database = (await databaseWithUsers(t, 'sqlite')).slice('sqlite:'.length)
  await query(`sqlite:${database}`, 'pragma wal_checkpoint(truncate)')
  const script = `${mount} && cp '${database}' '${disk}/test.db' && exec "$@"`
  const port = await freePort()
  const child = spawn('unshare', [...unshare, 'sh', '-c', script, 'sh', process.execPath, ...command, 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: disk,
      DATABASE_URL: `sqlite:${disk}/test.db`,
      SECRET_KEY: testSecret,
      PASSWORD_GRANT: 'first-party',
      COUNTERSIGN_CONFIG: fileURLToPath(new URL('../support/items.config.ts', import.meta.url)),
      PORT: String(port),
    },
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const origin = `http://127.0.0.1:${port}`
  await eventually(() =>
    fetch(`${origin}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  return { origin, pathOf: (name) => join(`/proc/${child.pid}/root`, disk, name) }
}

/** Until there is no room for a byte more. */
function fill(path: string): void {
  for (const size of [1 << 16, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
    }
  }
}

test('R4 sqlite: a full disk: 503 for what writes, 200 for what reads, not ready; all of it ends when there is room', {
  skip: namespacesMissing(unshare),
}, async (t) => {
  const { origin, pathOf } = await serveOnSmallDisk(t)
  const logIn = () => fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(alice) })
  const { access_token: token } = JSON.parse(await (await logIn()).text())
  const check = async () =>
    (await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })).status

  fill(pathOf('other'))
  // The write-ahead log has room until it must grow.
  let refused = await logIn()
  await eventually(async () => {
    refused = await logIn()
    return refused.status !== 200
  })
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '5')
  await untilNotReady(origin, 'full')
  assert.equal(await check(), 200)
  assert.equal((await fetch(`${origin}/.well-known/jwks.json`)).status, 200)
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)

  rmSync(pathOf('other'))
  await eventually(async () => (await logIn()).status === 200)
  await untilReady(origin)
  assert.equal(await check(), 200)
})
