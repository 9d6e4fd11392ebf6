/** A disk of SQLite that cannot be read is not called damage, which would have an operator replace the file by an older backup. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { alice, databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { findProgram } from '../../packages/server/test/support/programs.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { command, startCommand, temporaryFolder } from '../support/process.ts'
import { untilNotReady, untilReady } from '../support/readiness.ts'

const missing = 'strace is missing. Install it on Linux (Debian: apt-get install strace).'

test('R4 sqlite: a disk that cannot be read: 503 and not ready by an error of the disk, not by damage; all of it ends when it can be read, and SQLite has its lock on the file all the time', async (t) => {
  const strace = findStrace()
  if (strace === undefined) return skipWithout(t, missing)
  const { path, environment } = await prepared(t)
  const { origin, child } = await startCommand(t, ['serve'], environment)
  const locks = () => locksOf(child.pid, path)
  const logIn = () => fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(alice) })
  assert.equal((await logIn()).status, 200)
  const before = locks()
  assert.equal(before.length, 1)

  const tracer = spawn(strace, ['-f', '-p', String(child.pid), ...unreadable(path)], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => tracer.once('close', () => resolve()))
  t.after(() => tracer.kill('SIGKILL'))
  await eventually(async () => (await logIn()).status === 503)
  await untilNotReady(origin, 'io_error')
  assert.equal((await fetch(`${origin}/.well-known/jwks.json`)).status, 200)

  tracer.kill('SIGINT')
  await ended
  await untilReady(origin)
  assert.equal((await logIn()).status, 200)
  // Without it, another program that closes the database removes the log that the server goes on writing to.
  assert.deepEqual(locks(), before)
})

test('R4 sqlite: a disk that cannot be read at the start: a message about the disk, not about damage', async (t) => {
  const strace = findStrace()
  if (strace === undefined) return skipWithout(t, missing)
  const { path, environment } = await prepared(t)
  const child = spawn(strace, ['-f', ...unreadable(path), process.execPath, ...command, 'serve'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  assert.equal(await new Promise((resolve) => child.once('close', resolve)), 1)
  assert.match(
    stderr,
    /^The disk of the database \S+test\.db reports errors\. The file was left as it is: check the disk/m,
  )
})

/** The kernel's answers to reads of the file become those of a disk with an unreadable sector. */
function unreadable(path: string): readonly string[] {
  return ['-P', path, '-P', `${path}-wal`, '-e', 'trace=pread64', '-e', 'inject=pread64:error=EIO', '-o', '/dev/null']
}

/** What the process has locked of the file, and how: the kernel's list has a number first. */
function locksOf(pid: number | undefined, path: string): readonly string[] {
  const { ino } = statSync(path)
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${pid} `) && line.includes(`:${ino} `))
    .map((line) => line.replace(/^\d+: /, ''))
}

function findStrace(): string | undefined {
  return process.platform === 'linux' ? findProgram('strace') : undefined
}

async function prepared(t: TestContext): Promise<{ path: string; environment: Record<string, string> }> {
  const url = await databaseWithUsers(t, 'sqlite')
  return {
    path: url.slice('sqlite:'.length),
    environment: {
      DATA_DIR: temporaryFolder(t),
      DATABASE_URL: url,
      SECRET_KEY: testSecret,
      PASSWORD_GRANT: 'first-party',
      PORT: '0',
    },
  }
}
