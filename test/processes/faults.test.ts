/** A `serve` that meets a full disk goes on, says so, and recovers; settings that lose confirmed changes keep it from starting. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { administer, type DatabaseKind } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { command, type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { untilNotReady, untilReady } from '../support/readiness.ts'

test('R4 sqlite: a limit on what it may write: 503 for what writes, 200 for what reads, not ready; all of it ends with the limit', async (t) => {
  if (!hasPrlimit()) return skipWithout(t, 'prlimit of util-linux is not installed')
  const environment = await prepared(t, 'sqlite', {
    PASSWORD_GRANT: 'first-party',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('../support/items.config.ts', import.meta.url)),
  })
  const { origin, child } = await startCommand(t, ['serve'], environment)
  const login = () =>
    fetch(`${origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'alice', password: 'secret' }),
    })
  const { access_token: token } = JSON.parse(await (await login()).text())

  prlimit(child.pid, '100:unlimited')
  const refused = await login()
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '5')
  await untilNotReady(origin, 'io_error')
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  assert.equal((await fetch(`${origin}/.well-known/jwks.json`)).status, 200)
  const check = await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(check.status, 200)

  prlimit(child.pid, 'unlimited:unlimited')
  assert.equal((await login()).status, 200)
  await untilReady(origin)
})

test('R4 sqlite: a limit on what it may write at the start: a message about the disk, not about damage', async (t) => {
  if (!hasPrlimit()) return skipWithout(t, 'prlimit of util-linux is not installed')
  const environment = await prepared(t, 'sqlite')
  const child = spawn('prlimit', ['--fsize=100', process.execPath, ...command, 'serve'], {
    // Node writes its cache after the end of our code, where the limit ends a process.
    env: { PATH: process.env['PATH'], NODE_DISABLE_COMPILE_CACHE: '1', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^The disk of the database .*test\.db reports errors\. The file was left as it is: check the disk/,
  )
})

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

for (const workers of [[], ['--workers', '2']]) {
  const title = ['R4 a log whose reader has stopped keeps serve', ...workers, 'neither from serving nor from stopping']
  test(title.join(' '), async (t) => {
    if (process.platform === 'win32') return skipWithout(t, 'Windows has no signals')
    const environment = await prepared(t, 'sqlite', { SHUTDOWN_DELAY: '0' })
    const { origin, child } = await startCommand(t, ['serve', ...workers], environment)
    child.stdout?.removeAllListeners('data').pause()
    // Each is a line: more than all buffers on the way take.
    const path = `/${'nothing'.repeat(200)}`
    for (let round = 0; round < 40; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${origin}${path}`)))
      for (const answer of answers) assert.equal(answer.status, 404)
    }
    await untilReady(origin)
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
    child.kill('SIGTERM')
    // Where a thread waits for the reader, an exit would wait for the thread: then the process kills itself.
    assert.match(String(await exited), /^(1|SIGKILL)$/)
  })
}

test('postgres: serve rejects settings that lose confirmed changes, by the values of its own sessions', async (t) => {
  const environment = await prepared(t, 'postgres')
  const name = new URL(environment['DATABASE_URL'] ?? '').pathname.slice(1)
  const all = await runCommand(['serve'], environment)
  assert.equal(all.code, 1)
  assert.match(
    all.stderr,
    /^The database runs with fsync=off, full_page_writes=off, synchronous_commit=off\. After a crash/,
  )
  assert.match(
    all.stderr,
    /To accept the risk, set UNSAFE_DATABASE_SETTINGS to fsync,full_page_writes,synchronous_commit$/m,
  )

  const accepted = { ...environment, UNSAFE_DATABASE_SETTINGS: 'fsync,full_page_writes' }
  const one = await runCommand(['serve'], accepted)
  assert.equal(one.code, 1)
  assert.match(one.stderr, /^The database runs with synchronous_commit=off\..* Set it to on, for the server/)

  await administer(`alter database ${name} set synchronous_commit = on`)
  const { origin, stop } = await startCommand(t, ['serve'], accepted)
  await untilReady(origin)
  const { stdout } = await stop()
  assert.match(stdout, /"level":40.*The database runs with fsync=off, full_page_writes=off\. After a crash/)
})

test('UNSAFE_DATABASE_SETTINGS names settings that there are', async (t) => {
  const environment = await prepared(t, 'sqlite', { UNSAFE_DATABASE_SETTINGS: 'fsinc' })
  const { code, stderr } = await runCommand(['serve'], environment)
  assert.equal(code, 1)
  assert.equal(stderr, 'UNSAFE_DATABASE_SETTINGS must be a list with fsync, full_page_writes or synchronous_commit\n')
})

test('postgres: dev starts with such settings, and warns', async (t) => {
  const environment = await prepared(t, 'postgres')
  const { stop } = await startCommand(t, ['dev'], environment)
  const { stderr } = await stop()
  assert.match(stderr, /"level":40.*The database runs with fsync=off/)
})

/** The environment of a command on a fresh database with the users of the tests. */
async function prepared(t: TestContext, kind: DatabaseKind, settings: Environment = {}): Promise<Environment> {
  const databaseUrl = await databaseWithUsers(t, kind)
  return {
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    PORT: String(await freePort()),
    ...settings,
  }
}

function hasPrlimit(): boolean {
  return process.platform === 'linux' && existsSync('/usr/bin/prlimit')
}

/** Sets the soft and the hard limit on the size of files. */
function prlimit(pid: number | undefined, limits: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${limits}`])
}
