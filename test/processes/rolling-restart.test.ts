/** Two servers behind nginx, of which one is restarted under load: twice on PostgreSQL, and 20 times on both databases under `npm run soak`. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import type { DatabaseKind } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { howToGetNginx, startNginx } from '../support/nginx.ts'
import { type Environment, onTestsPostgres, startCommand, temporaryFolder } from '../support/process.ts'
import { startLoad } from './support/load.ts'

const isSoak = process.env['SOAK'] === 'true'
const restarts = isSoak ? 20 : 2
const timeout = isSoak ? 3_600_000 : 300_000

/** How many workers each server has. */
const deployments: readonly { kind: DatabaseKind; keepsConnections: boolean; workers: number }[] = [
  { kind: 'postgres', keepsConnections: true, workers: 1 },
  { kind: 'postgres', keepsConnections: false, workers: 2 },
  ...(isSoak
    ? ([
        { kind: 'postgres', keepsConnections: true, workers: 2 },
        { kind: 'postgres', keepsConnections: false, workers: 1 },
        { kind: 'sqlite', keepsConnections: true, workers: 2 },
        { kind: 'sqlite', keepsConnections: false, workers: 1 },
      ] as const)
    : []),
]

for (const { kind, keepsConnections, workers } of deployments) {
  const connections = keepsConnections ? 'kept-alive connections' : 'a connection for each request'
  const servers = workers === 1 ? 'one process' : `${workers} workers`
  test(`R21 ${kind}, ${connections}, ${servers}: no request fails at nginx while a server is stopped and started ${restarts} times`, {
    timeout,
  }, async (t) => {
    const port = await freePort()
    const upstreams = [await freePort(), await freePort()] as const
    if (!(await startNginx(t, { port, upstreams, keepsConnections }))) return skipWithout(t, howToGetNginx)
    const origin = `http://127.0.0.1:${port}`
    const environment = { ...(await settings(t, kind, origin)), ...(workers > 1 && { WORKERS: String(workers) }) }
    const start = (upstream: number) => startCommand(t, ['serve'], { ...environment, PORT: String(upstream) })
    let restarted = await start(upstreams[0])
    await start(upstreams[1])

    const load = startLoad(origin)
    for (let restart = 0; restart < restarts; restart++) {
      const before = load.count()
      await eventually(() => load.count() > before + 100)
      const { code, stdout } = await restarted.stop('SIGTERM')
      assert.equal(code, 0, stdout)
      restarted = await start(upstreams[0])
    }
    assert.deepEqual(await load.stop(), [])
  })
}

async function settings(t: TestContext, kind: DatabaseKind, issuer: string): Promise<Environment> {
  const databaseUrl = await databaseWithUsers(t, kind)
  return {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    ISSUER: issuer,
    PASSWORD_GRANT: 'first-party',
    TRUSTED_PROXIES: '127.0.0.1',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/balanced.config.ts', import.meta.url)),
    SHUTDOWN_DELAY: isSoak ? '5' : '1',
  }
}
