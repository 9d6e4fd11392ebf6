/** `countersign serve --workers`: several processes at one port, each of which may serve any step. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { basicOf } from '../../packages/server/test/support/clients.ts'
import { redirectUri } from '../../packages/server/test/support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { openConnection } from '../../packages/server/test/support/raw-http.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { startLoginLoad } from '../support/login-load.ts'
import { skipWithout } from '../support/missing-tool.ts'
import {
  type Environment,
  onTestsPostgres,
  type Running,
  runCommand,
  startCommand,
  temporaryFolder,
} from '../support/process.ts'
import { sendOnce } from '../support/single-request.ts'

const clientFlags = [
  ...['--redirect-uri', redirectUri],
  ...['--grant-type', 'authorization_code', '--grant-type', 'refresh_token'],
]
const options = { skip: process.platform === 'win32' && 'Windows has no signals' }

interface Workers extends Running {
  readonly environment: Environment
  /** Of the workers, in the order of their numbers. */
  readonly pids: readonly number[]
}

/** Two workers. */
async function startWorkers(t: TestContext, kind: DatabaseKind, settings: Environment = {}): Promise<Workers> {
  const environment = {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: await databaseWithUsers(t, kind),
    SECRET_KEY: testSecret,
    // The issuer contains the port.
    PORT: String(await freePort()),
    ...settings,
  }
  const running = await startCommand(t, ['serve', '--workers', '2'], environment)
  return { ...running, environment, pids: pidsOf(running) }
}

function pidsOf({ ready }: Running): readonly number[] {
  const { workers }: { workers: number[] } = JSON.parse(ready)
  assert.equal(workers.length, 2)
  return workers
}

function get(url: string): Promise<Response> {
  return sendOnce(new Request(url))
}

/** Requests on new connections until the port is closed: how each ended, but for the last. */
async function requestUntilClosed(url: string): Promise<readonly string[]> {
  const outcomes: string[] = []
  for (;;) {
    const outcome = await get(url).then(
      ({ status }) => String(status),
      (error) => String(error.code),
    )
    if (outcome === 'ECONNREFUSED') return outcomes
    outcomes.push(outcome)
    await sleep(2)
  }
}

for (const kind of databaseKinds) {
  test(
    `S2, R21 ${kind}: two workers serve whole flows, one that is killed is replaced, and both are drained`,
    options,
    async (t) => {
      const metricsPort = await freePort()
      const settings = { METRICS_PORT: String(metricsPort), SHUTDOWN_DELAY: '1' }
      const { origin, environment, pids, output, stop } = await startWorkers(t, kind, settings)

      const added = await runCommand(['clients', 'add', 'web-app', ...clientFlags], environment)
      assert.equal(added.code, 0, added.stderr)
      const secret = /^client_secret {2}([\w-]{43})$/m.exec(added.stdout)?.[1]
      const authorization = basicOf('web-app', secret)
      const load = startLoginLoad({ issuer: origin, authorization, password: tim.password, send: sendOnce })
      load.add(origin)
      await load.logins(4)
      assert.deepEqual((await load.stop()).failures, [])
      const metrics = await (await get(`http://127.0.0.1:${metricsPort}/metrics`)).text()
      for (const worker of [1, 2]) {
        assert.match(
          metrics,
          new RegExp(`^countersign_http_request_duration_seconds_count\\{.*worker="${worker}"\\} \\d`, 'm'),
        )
      }
      assert.doesNotMatch(metrics, /null|undefined/)

      process.kill(pids[0] ?? 0, 'SIGKILL')
      await eventually(() => output().includes('a worker has ended'))
      for (let count = 0; count < 20; count++) assert.equal((await get(`${origin}/healthz`)).status, 200)
      await eventually(() => output().includes('the worker serves again'))
      assert.match(output(), new RegExp(`"worker":1,"workerPid":${pids[0]},"signal":"SIGKILL"`))

      const outcomes = requestUntilClosed(`${origin}/.well-known/jwks.json`)
      await sleep(100)
      const { code, stdout } = await stop('SIGTERM')
      assert.equal(code, 0, stdout)
      assert.match(stdout, /"msg":"stopped"\}\n$/)
      assert.deepEqual(new Set(await outcomes), new Set(['200']))
    },
  )
}

test('no worker stays when the primary process is killed, and a request that runs is answered', options, async (t) => {
  const { origin, stop, output } = await startWorkers(t, 'sqlite')
  const connection = openConnection(t, Number(new URL(origin).port))
  const body = 'grant_type=client_credentials'
  const head = `POST /token HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n`
  connection.write(head + body.slice(0, 5))
  await get(`${origin}/healthz`)
  // Resolves when all processes that hold its output have ended.
  const ended = stop('SIGKILL')
  await eventually(() => output().split('the primary process has ended').length === 3)
  connection.write(body.slice(5))
  assert.equal((await connection.readResponse()).status, 401)
  await ended
})

test(
  'a worker that the system does not start is started later, and metrics without any worker are an error',
  options,
  async (t) => {
    const metricsPort = await freePort()
    const { origin, child, pids, output, stop } = await startWorkers(t, 'sqlite', { METRICS_PORT: String(metricsPort) })
    const openFiles = `/proc/${child.pid}/fd`
    if (!existsSync(openFiles) || !existsSync('/usr/bin/prlimit')) {
      return skipWithout(t, 'prlimit of util-linux is not installed, or this system has no /proc')
    }
    const limitFiles = (limit: number) => execFileSync('prlimit', [`--pid=${child.pid}`, `--nofile=${limit}:`])
    limitFiles(3)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await eventually(() => output().split('a worker cannot be started').length > 2)
    assert.match(output(), /"code":"EMFILE"/)

    // One descriptor more: enough for a connection, not for a worker.
    const open = readdirSync(openFiles)
    let unused = 0
    while (open.includes(String(unused))) unused++
    limitFiles(unused + 1)
    assert.equal((await get(`http://127.0.0.1:${metricsPort}/metrics`)).status, 503)

    limitFiles(1000)
    await eventually(() => output().split('the worker serves again').length > 2)
    assert.equal((await get(`${origin}/healthz`)).status, 200)
    assert.equal((await stop()).code, 0)
  },
)

test('a server that is stopped while it starts ends at once, whatever its worker waits for', options, async (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'countersign.config.ts')
  // The URL is what the start waits for.
  writeFileSync(file, "console.log('http://127.0.0.1/')\nawait new Promise((resolve) => setTimeout(resolve, 60_000))\n")
  const environment = { DATA_DIR: folder, SECRET_KEY: testSecret, COUNTERSIGN_CONFIG: file, LOG_LEVEL: 'error' }
  const { child, stop } = await startCommand(t, ['serve', '--workers', '2'], environment)
  assert.equal((await stop()).code, 0)
  assert.equal(child.signalCode, null)
})

test('a second server does not open the port of the workers too, and says that it is in use', options, async (t) => {
  const { environment } = await startWorkers(t, 'sqlite')
  const { code, stderr } = await runCommand(['serve', '--workers', '2'], environment)
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`^Port ${environment['PORT']} on 127.0.0.1 is in use`))
})

test('serve with workers says once what is wrong, and ends', options, async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: testSecret, WORKERS: '2', PORT: '0' }
  const fails = async (message: RegExp, changes: Environment, flags: readonly string[] = [], code = 1) => {
    const ended = await runCommand(['serve', ...flags], { ...environment, ...changes })
    assert.match(ended.stderr, message)
    assert.equal(ended.code, code)
    assert.equal(ended.stdout, '')
  }
  await fails(/^There is no database at [^\n]*\n$/, {})
  await fails(/^DATABASE_URL is a database in the memory of one process/, { DATABASE_URL: 'sqlite::memory:' })
  await fails(/^WORKERS must be a number from 1 to 256, or auto\n$/, { WORKERS: 'two' })
  await fails(/\n\n--workers must be a number from 1 to 256, or auto\.\n$/, {}, ['--workers', '0'], 2)
})
