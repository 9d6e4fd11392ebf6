/** A `serve` with few file descriptors or little memory, or stopped for seconds as by a debugger or a virtual machine: it goes on. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { type DatabaseKind, databaseKinds } from '../../packages/server/test/support/databases.ts'
import { alice, databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { type Environment, onTestsPostgres, type Running, startCommand, temporaryFolder } from '../support/process.ts'
import { untilReady } from '../support/readiness.ts'

async function serve(t: TestContext, kind: DatabaseKind, settings: Environment = {}): Promise<Running> {
  return await startCommand(t, ['serve'], {
    ...onTestsPostgres,
    ...settings,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: await databaseWithUsers(t, kind),
    SECRET_KEY: testSecret,
    PASSWORD_GRANT: 'first-party',
    PORT: '0',
  })
}

/** The status of a login on a connection of its own, or the error of the connection. */
function logIn(origin: string): Promise<number | string> {
  const form = new URLSearchParams(alice).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length }
  return new Promise((resolve) => {
    const outgoing = request(`${origin}/token`, { method: 'POST', headers, agent: new Agent() }, (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0))
      incoming.on('error', (error) => resolve(error.message))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.end(form)
  })
}

for (const kind of databaseKinds) {
  test(`R22 ${kind}: without file descriptors, requests are refused; with them they are answered again`, async (t) => {
    const { origin, child } = await serve(t, kind)
    const openFiles = `/proc/${child.pid}/fd`
    if (!existsSync(openFiles) || !existsSync('/usr/bin/prlimit')) {
      return skipWithout(t, 'prlimit of util-linux is not installed, or this system has no /proc')
    }
    assert.equal(await logIn(origin), 200)

    const limit = readdirSync(openFiles).length + 3
    execFileSync('prlimit', [`--pid=${child.pid}`, `--nofile=${limit}:`])
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => logIn(origin)))
    const unexpected = outcomes.filter((outcome) => ![200, 429, 503, 'ECONNRESET', 'ECONNREFUSED'].includes(outcome))
    assert.deepEqual(unexpected, [])

    execFileSync('prlimit', [`--pid=${child.pid}`, '--nofile=1000:'])
    await eventually(async () => (await logIn(origin)) === 200)
    await untilReady(origin)
  })

  test(`R22 ${kind}: with a heap of 160 MB, as many requests as are let in, each as large as it may be, do not end the process`, async (t) => {
    const { origin, child } = await serve(t, kind, { NODE_OPTIONS: '--max-old-space-size=160 --max-semi-space-size=4' })
    // Checks of tokens have a bound of their own.
    const forms = {
      '/token': { grant_type: 'refresh_token', client_id: 'nobody', refresh_token: 'x'.repeat(65_000) },
      '/introspect': { client_id: 'nobody', token: 'x'.repeat(65_000) },
    }
    const send = async ([path, form]: readonly [path: string, form: Record<string, string>]) => {
      const response = await fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(form) })
      await response.text()
      return response.status
    }
    const requests = Array.from({ length: 600 }, () => Object.entries(forms).map(send)).flat()
    const statuses = await Promise.all(requests)
    assert.deepEqual(
      statuses.filter((status) => ![401, 503].includes(status)),
      [],
    )
    assert.equal(child.exitCode, null)
    assert.equal(await logIn(origin), 200)
  })

  test(`R22 ${kind}: a process that was stopped for seconds answers what came meanwhile, and goes on`, async (t) => {
    const { origin, child } = await serve(t, kind)
    const before = Array.from({ length: 10 }, () => logIn(origin))
    await sleep(20)
    child.kill('SIGSTOP')
    const meanwhile = Array.from({ length: 10 }, () => logIn(origin))
    // PostgreSQL ends a transaction that does nothing for 5 seconds. SQLite ends none.
    await sleep(kind === 'postgres' ? 6000 : 2000)
    child.kill('SIGCONT')
    const outcomes = await Promise.all([...before, ...meanwhile])
    assert.deepEqual(
      outcomes.filter((outcome) => ![200, 503].includes(Number(outcome))),
      [],
    )
    assert.equal(await logIn(origin), 200)
    // A probe that the stop interrupted has failed, and is the answer for a second.
    await untilReady(origin)
  })
}
