/** The command as process 1, as in a container without an init: the system does not end it with a signal that nobody listens to. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { asOwnRoot, namespacesMissing } from '../support/namespaces.ts'
import { command } from '../support/process.ts'

const unshare = [...asOwnRoot, '--pid', '--fork', '--kill-child']

/** A port that accepts connections and says nothing: who connects to it as to PostgreSQL waits. Resolves at the first one. */
async function openSilentPort(t: TestContext) {
  const port = createServer()
  t.after(() => port.close())
  const connected = new Promise<void>((resolve) => {
    port.on('connection', (socket) => {
      t.after(() => socket.destroy())
      // The process that has connected may be killed.
      socket.on('error', () => {})
      resolve()
    })
  })
  await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve))
  const address = port.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { url: `postgres://nobody@127.0.0.1:${address.port}/none`, connected }
}

/** The id, as this process sees it, of the only child. */
function childOf(id: number | undefined): number {
  return Number(readFileSync(`/proc/${id}/task/${id}/children`, 'utf8'))
}

/** How the command ended at the signal, which came while it waited for the database. */
async function endOf(t: TestContext, args: readonly string[], signal: NodeJS.Signals) {
  const { url, connected } = await openSilentPort(t)
  const child = spawn('unshare', [...unshare, process.execPath, ...command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], DATABASE_URL: url, SECRET_KEY: testSecret, PORT: '0' },
  })
  t.after(() => child.kill('SIGKILL'))
  const output = text(child.stderr)
  const ended = new Promise((resolve) => child.once('close', resolve))
  await connected
  process.kill(childOf(child.pid), signal)
  return [await ended, await output]
}

const cases = [
  { args: ['serve'], signal: 'SIGTERM', code: 143 },
  { args: ['serve', '--workers', '1'], signal: 'SIGTERM', code: 0 },
  { args: ['migrate'], signal: 'SIGTERM', code: 143 },
  { args: ['migrate'], signal: 'SIGHUP', code: 129 },
  { args: ['users', 'list'], signal: 'SIGINT', code: 130 },
] as const

for (const { args, signal, code } of cases) {
  test(`${signal} ends ${args.join(' ')} as process 1 while it waits for the database, with exit code ${code}`, {
    skip: namespacesMissing(unshare),
  }, async (t) => {
    assert.deepEqual(await endOf(t, args, signal), [code, ''])
  })
}
