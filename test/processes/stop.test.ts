/** How `countersign serve` stops. Five minutes of `SHUTDOWN_DELAY` are longer than a test may take: one that ends has not waited for them. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { breakableProxy } from '../../packages/server/test/support/breakable-proxy.ts'
import { freshDatabase } from '../../packages/server/test/support/databases.ts'
import { openConnection, requestText } from '../../packages/server/test/support/raw-http.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import {
  type Environment,
  onTestsPostgres,
  type Running,
  runCommand,
  startCommand,
  temporaryFolder,
} from '../support/process.ts'
import { untilReady } from '../support/readiness.ts'

const longDelay = { SHUTDOWN_DELAY: '300' }
const options = { skip: process.platform === 'win32' && 'Windows has no signals' }

async function startServe(t: TestContext, settings: Environment): Promise<Running> {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: testSecret, ...settings }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  return await startCommand(t, ['serve'], environment)
}

/** A request on a connection of its own, which the client would keep open. */
async function get(t: TestContext, { origin }: Running, path: string) {
  const connection = openConnection(t, Number(new URL(origin).port))
  connection.write(requestText(`GET ${path}`))
  return { ...(await connection.readResponse()), connection }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(
    `${signal} stops serve at once, with exit code 0, when no connection is open and no load balancer asks`,
    options,
    async (t) => {
      const { code, stdout } = await (await startServe(t, longDelay)).stop(signal)
      assert.equal(code, 0)
      assert.match(stdout, /"msg":"stopped"\}\n$/)
    },
  )
}

test(
  'R21 while serve drains, /readyz is 503, requests are served, and each response closes its connection',
  options,
  async (t) => {
    const serve = await startServe(t, longDelay)
    await untilReady(serve.origin)
    const before = await get(t, serve, '/readyz')
    serve.child.kill('SIGTERM')
    await eventually(async () => (await get(t, serve, '/readyz')).status === 503)
    const during = await get(t, serve, '/readyz')
    assert.equal(during.body, '{"status":"unavailable","reason":"stopping"}')
    for (const path of ['/healthz', '/.well-known/jwks.json']) {
      const { status, headers, connection } = await get(t, serve, path)
      assert.equal(status, 200)
      assert.equal(headers.get('connection'), 'close')
      assert.equal(await connection.closed, '')
    }
    // The connection from before the signal is still open: a request may be on its way.
    before.connection.write(requestText('GET /healthz'))
    const last = await before.connection.readResponse()
    assert.equal(last.status, 200)
    assert.equal(last.headers.get('connection'), 'close')
    // One within a second of the first is the same press of Ctrl-C.
    const again = setInterval(() => serve.child.kill('SIGTERM'), 300)
    t.after(() => clearInterval(again))
    assert.equal((await serve.stop('SIGTERM')).code, 1)
  },
)

test('a request that runs at the signal is answered, and closes its connection', options, async (t) => {
  const serve = await startServe(t, { SHUTDOWN_DELAY: '0' })
  const body = new URLSearchParams({ grant_type: 'client_credentials' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
  const outgoing = request(`${serve.origin}/token`, { method: 'POST', headers, agent: false })
  outgoing.setHeader('connection', 'keep-alive')
  const answered = new Promise<string>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => resolve(`${incoming.resume().statusCode} ${incoming.headers.connection}`))
  })
  outgoing.flushHeaders()
  // The server has the headers when it answers on another connection, and waits for the body.
  await get(t, serve, '/healthz')
  const ended = serve.stop('SIGTERM')
  await eventually(async () => !(await isListening(t, serve)))
  outgoing.end(body)
  assert.equal(await answered, '401 close')
  assert.equal((await ended).code, 0)
})

test(
  'R12 a PostgreSQL that has fallen silent does not keep the process: exit code 1, and the log names it',
  options,
  async (t) => {
    const database = await freshDatabase('postgres')
    const url = new URL(database.url)
    const proxy = await breakableProxy({ host: url.hostname, port: Number(url.port) })
    t.after(async () => {
      await proxy.close()
      await database.remove()
    })
    url.port = String(proxy.port)
    const serve = await startServe(t, { ...onTestsPostgres, DATABASE_URL: url.href })
    proxy.silence()
    const { code, stdout } = await serve.stop('SIGTERM')
    assert.equal(code, 1)
    // What was waiting for an answer, or its connections.
    assert.match(stdout, /"cutOff":\[.*"(background work|TCPSocketWrap)".*\]/)
  },
)

test('SIGUSR1 opens no debugger under serve', options, async (t) => {
  const serve = await startServe(t, { SHUTDOWN_DELAY: '0' })
  serve.child.kill('SIGUSR1')
  assert.equal((await get(t, serve, '/healthz')).status, 200)
  const { code, stderr } = await serve.stop('SIGTERM')
  assert.equal(code, 0)
  assert.equal(stderr, '')
})

test('SIGUSR1 opens no debugger while serve starts', options, async (t) => {
  const folder = temporaryFolder(t)
  const preload = join(folder, 'signal.mjs')
  // As soon as the command loads what it runs.
  writeFileSync(
    preload,
    `import { registerHooks } from 'node:module'
    registerHooks({
      load: (url, context, next) => {
        if (url.endsWith('/cli/program.ts')) process.kill(process.pid, 'SIGUSR1')
        return next(url, context)
      },
    })`,
  )
  const environment = { DATA_DIR: folder, SECRET_KEY: testSecret, NODE_OPTIONS: `--import ${pathToFileURL(preload)}` }
  const { code, stderr } = await runCommand(['serve'], environment)
  assert.equal(code, 1)
  assert.match(stderr, /^There is no database/)
})

test('SIGUSR1 opens no debugger before serve has loaded anything', options, async (t) => {
  const folder = temporaryFolder(t)
  const preload = join(folder, 'signal.mjs')
  // In the process that serves: the command has replaced its own by it.
  writeFileSync(
    preload,
    `if (process.execArgv.includes('--max-semi-space-size=4')) {
      process.kill(process.pid, 'SIGUSR1')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }`,
  )
  const environment = { DATA_DIR: folder, SECRET_KEY: testSecret, NODE_OPTIONS: `--import ${pathToFileURL(preload)}` }
  const { code, stderr } = await runCommand(['serve'], environment)
  assert.equal(code, 1)
  assert.match(stderr, /^There is no database/)
})

async function isListening(t: TestContext, { origin }: Running): Promise<boolean> {
  const connection = openConnection(t, Number(new URL(origin).port))
  return await Promise.race([connection.opened.then(() => true), connection.closed.then(() => false)])
}
