/** `serve` on an SQLite file that it may not write to: it does not start, says why, and leaves the file as it is; while it serves, it goes on as far as it can. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../packages/server/src/store/open.ts'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { alice, databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { findProgram } from '../../packages/server/test/support/programs.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { command, type Environment, startCommand, temporaryFolder } from '../support/process.ts'
import { untilNotReady, untilReady } from '../support/readiness.ts'
import { findStrace, howToGetStrace } from '../support/strace.ts'

/** What lets the superuser read and write files whatever their permissions. */
const powers = '-dac_override,-dac_read_search'
const bound = ['--inh-caps', powers, '--bounding-set', powers]

interface OnFile {
  readonly path: string
  readonly environment: Environment
}

async function prepared(t: TestContext): Promise<OnFile> {
  const url = await databaseWithUsers(t, 'sqlite')
  const path = url.slice('sqlite:'.length)
  const environment = {
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: url,
    SECRET_KEY: testSecret,
    PASSWORD_GRANT: 'first-party',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('../support/items.config.ts', import.meta.url)),
  }
  return { path, environment }
}

const permissions: readonly { what: string; take: (path: string) => void }[] = [
  { what: 'a file that can only be read', take: (path) => chmodSync(path, 0o400) },
  { what: 'a file that cannot be read', take: (path) => chmodSync(path, 0o000) },
  { what: 'a folder that can only be read', take: (path) => chmodSync(dirname(path), 0o500) },
]

for (const { what, take } of permissions) {
  test(`R5 sqlite: serve does not start on ${what}`, { skip: noPermissions() }, async (t) => {
    const { path, environment } = await prepared(t)
    const before = readFileSync(path)
    take(path)
    const { code, stderr } = await serveBound(environment)
    chmodSync(dirname(path), 0o700)
    chmodSync(path, 0o600)
    assert.equal(code, 1)
    assert.match(stderr, /^The database \S+test\.db can(not be opened for writing| only be read)\. Check /)
    assert.deepEqual(readFileSync(path), before)
  })
}

test('R5 sqlite: serve does not start when it may not write to the write-ahead log', {
  skip: noPermissions(),
}, async (t) => {
  const { path, environment } = await prepared(t)
  const store = await openStore({ url: environment['DATABASE_URL'] ?? '', migrate: false })
  t.after(() => store.close())
  assert.deepEqual(readdirSync(dirname(path)), ['test.db', 'test.db-shm', 'test.db-wal'])
  for (const side of ['-wal', '-shm']) chmodSync(`${path}${side}`, 0o400)
  const { code, stderr } = await serveBound(environment)
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^The database \S+test\.db can only be read\. Check how its disk is mounted, and whether this user may/,
  )
})

test('R5 sqlite: a server whose permissions are taken goes on with the files that it has open', {
  skip: noPermissions(),
}, async (t) => {
  const { path, environment } = await prepared(t)
  const { origin } = await startCommand(t, ['serve'], environment)
  for (const side of ['', '-wal', '-shm']) chmodSync(`${path}${side}`, 0o000)
  assert.equal((await logIn(origin)).status, 200)
  await untilReady(origin)
})

test('R5 sqlite: a disk that becomes read-only: 503 for what writes, 200 for what reads, not ready; all of it ends when it can be written to', async (t) => {
  const strace = findStrace()
  if (strace === undefined) return skipWithout(t, howToGetStrace)
  const { path, environment } = await prepared(t)
  const { origin, child } = await startCommand(t, ['serve'], environment)
  const { access_token: token } = JSON.parse(await (await logIn(origin)).text())
  const check = async () =>
    (await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })).status

  const writable = makeReadOnly(t, strace, path, child.pid)
  await eventually(async () => (await logIn(origin)).status !== 200)
  const refused = await logIn(origin)
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '5')
  await untilNotReady(origin, 'read_only')
  assert.equal(await check(), 200)
  assert.equal((await fetch(`${origin}/.well-known/jwks.json`)).status, 200)
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)

  await writable()
  await eventually(async () => (await logIn(origin)).status === 200)
  await untilReady(origin)
  assert.equal(await check(), 200)
})

/** The kernel's answers about the file become those of a disk that was remounted read-only. Returns what ends that. */
function makeReadOnly(t: TestContext, strace: string, path: string, pid: number | undefined): () => Promise<void> {
  const files = ['', '-wal', '-shm'].flatMap((side) => ['-P', `${path}${side}`])
  const calls = 'pwrite64,pwritev,ftruncate,fallocate,?access,faccessat,faccessat2'
  const child = spawn(
    strace,
    ['-f', '-p', String(pid), ...files, '-e', `trace=${calls}`, '-e', `inject=${calls}:error=EROFS`],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  t.after(() => child.kill('SIGKILL'))
  child.stderr.resume()
  return async () => {
    child.kill('SIGINT')
    await ended
  }
}

function logIn(origin: string): Promise<Response> {
  return fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(alice) })
}

function noPermissions(): string | false {
  if (process.platform === 'win32') return 'Windows has other permissions'
  if (process.getuid?.() !== 0 || findProgram('setpriv') !== undefined) return false
  return 'no permission binds the superuser, and setpriv of util-linux is missing'
}

/** Runs `serve`, which permissions bind also where the tests run as the superuser. */
async function serveBound(environment: Environment): Promise<{ code: number | null; stderr: string }> {
  const program = [process.execPath, ...command, 'serve']
  const [file = '', ...args] = process.getuid?.() === 0 ? ['setpriv', ...bound, ...program] : program
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { stderr: await text(child.stderr), code: await ended }
}
