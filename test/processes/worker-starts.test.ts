/**
 * Workers of `countersign serve --workers` that do not serve: at the start, at a reload, and when all are to stop. What takes a minute runs under
 * `npm run soak`.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { openConnection, requestText } from '../../packages/server/test/support/raw-http.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { command, type Finished, runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { sendOnce } from '../support/single-request.ts'
import { brandsOf, slow, startReloadable } from './support/reloadable.ts'

const options = { skip: process.platform === 'win32' && 'Windows has no signals' }

/** For the top of a configuration file: says the process that reads it, whose event loop then stands still. */
const standing =
  "import { writeSync } from 'node:fs'\nwriteSync(1, JSON.stringify({ msg: 'loading', pid: process.pid }) + '\\n')\nfor (;;);\n"

/** Runs `serve` with a configuration file of these lines, until it ends. */
async function serveWith(t: TestContext, code: string, flags: readonly string[]): Promise<Finished> {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'countersign.config.mjs'), code)
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: await databaseWithUsers(t, 'sqlite'),
    SECRET_KEY: testSecret,
    PORT: '0',
  }
  return await runCommand(['serve', ...flags], environment, '', folder)
}

/**
 * Requests on new connections until the port is closed: how each ended. When the port closes, the system resets a connection that the process has not
 * accepted yet. The last one may end so, and is left out then.
 */
async function requestUntilClosed(url: string): Promise<ReadonlySet<string>> {
  const outcomes: string[] = []
  for (;;) {
    const outcome = await sendOnce(new Request(url)).then(
      ({ status }) => String(status),
      (error) => String(error.code),
    )
    if (outcome === 'ECONNREFUSED') break
    outcomes.push(outcome)
    await sleep(2)
  }
  return new Set(outcomes.at(-1) === 'ECONNRESET' ? outcomes.slice(0, -1) : outcomes)
}

test('a configuration file that waits for nothing is named at the start, and at a reload', options, async (t) => {
  const never = 'await new Promise(() => {})\n'
  const problem = /^\S+ cannot be loaded: it waits for something that never happens\n?$/
  for (const flags of [[], ['--workers', '2']]) {
    const { code, stderr } = await serveWith(t, `${never}export default {}\n`, flags)
    assert.match(stderr, problem)
    assert.equal(code, 1)
  }
  const serve = await startReloadable(t, 'sqlite', ['--workers', '1'])
  serve.configure('After', never)
  serve.reload()
  await serve.untilLogged('not reloaded', 1)
  const [line] = serve.logged('not reloaded')
  assert.equal(line?.['exitCode'], 1)
  assert.match(String(line?.['problem']), problem)
  assert.equal((await serve.stop()).stderr, '')
})

test('a first worker that fails ends, also when its configuration file has left a timer', options, async (t) => {
  const { code, stderr } = await serveWith(t, 'setInterval(() => {}, 1000)\nthrow new Error("x")\n', ['--workers', '1'])
  assert.deepEqual([code, stderr.endsWith(' cannot be loaded: x\n')], [1, true])
})

test('a first worker that ends without a message is named', options, async (t) => {
  const after = (code: string) => `setTimeout(() => ${code})\nexport default {}\n`
  const killed = await serveWith(t, after("process.kill(process.pid, 'SIGKILL')"), ['--workers', '2'])
  assert.deepEqual([killed.code, killed.stderr], [1, 'The first worker has ended before it served: SIGKILL\n'])
})

test('a stop at the moment at which the first worker begins to serve starts no other', options, async (t) => {
  const gate = join(temporaryFolder(t), 'gate')
  // The worker stands still between its start and the message that says so. The URL is what the test waits for.
  const late = `
import { existsSync, writeSync } from 'node:fs'
const send = process.send
process.send = function (message, ...others) {
  if (message.countersign?.type === 'ready') {
    writeSync(1, '{"msg":"serves","url":"http://127.0.0.1"}\\n')
    while (!existsSync(${JSON.stringify(gate)}));
  }
  return send.call(this, message, ...others)
}
`
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'], { before: late })
  const ended = serve.stop('SIGTERM')
  await serve.untilLogged('stopping', 1)
  writeFileSync(gate, '')
  const { code, stdout } = await ended
  assert.equal(code, 0)
  assert.equal(stdout.split('"msg":"serves"').length, 2)
  assert.match(stdout, /"msg":"stopped"\}\n$/)
})

test(
  'a stop does not wait for a worker that starts and stands still, and leaves no connection to it',
  options,
  async (t) => {
    const serve = await startReloadable(t, 'sqlite', ['--workers', '1'])
    serve.configure('After', standing)
    serve.reload()
    // By now it has the socket of the worker that serves.
    await serve.untilLogged('loading', 1)
    const outcomes = requestUntilClosed(`${serve.origin}/healthz`)
    const { code, stdout } = await serve.stop('SIGTERM')
    assert.deepEqual([...(await outcomes)], ['200'])
    assert.equal(code, 0)
    assert.match(stdout, /"msg":"stopped"\}\n$/)
  },
)

async function killAfterAMinute(t: TestContext): Promise<void> {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  serve.configure('After', slow)
  serve.reload()
  await serve.untilLogged('loading', 1)
  process.kill(Object(serve.logged('ready')[0]).workers[1], 'SIGKILL')
  await serve.untilLogged('loading', 2)
  serve.configure('Later')
  await serve.untilLogged('not reloaded', 1)
  await serve.untilLogged('the worker serves again', 1)

  const failures = [serve.logged('not reloaded')[0], serve.logged('a worker has ended')[1]]
  assert.deepEqual(
    failures.map((line) => [line?.['worker'], line?.['signal']]),
    [
      [1, 'SIGKILL'],
      [2, 'SIGKILL'],
    ],
  )
  for (const line of failures) {
    assert.match(String(line?.['problem']), /^The worker does not serve after \d+ seconds: it is killed$/)
  }
  for (const { pid } of serve.logged('loading')) assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
  assert.deepEqual(await brandsOf(serve, 100), new Set(['Before', 'Later']))
  serve.reload()
  await serve.untilLogged('reloaded', 1)
  assert.deepEqual(await brandsOf(serve), new Set(['Later']))
  assert.equal((await serve.stop()).code, 0)
}

async function stopForLong(t: TestContext): Promise<void> {
  const settings = { SHUTDOWN_DELAY: '45' }
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'], { settings })
  const connection = openConnection(t, Number(new URL(serve.origin).port))
  connection.write(requestText('GET /healthz'))
  await connection.readResponse()
  // The worker without a connection ends at once, the other one later.
  assert.equal((await serve.stop()).code, 0)
  assert.deepEqual(serve.logged('the worker does not respond'), [])
}

if (process.env['SOAK'] === 'true') {
  test('what takes a minute', { ...options, concurrency: true }, async (t) => {
    await Promise.all([
      t.test(
        'a worker that does not serve by then is killed: a reload has failed, another one takes the place of one that died',
        killAfterAMinute,
      ),
      t.test('a worker that has ended in a long stop is not said to hang', stopForLong),
    ])
  })
}

test('a reload in which a later worker fails is one in part, and the next one replaces all', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  const mark = JSON.stringify(join(temporaryFolder(t), 'mark'))
  const once = `import { existsSync, writeFileSync } from 'node:fs'\nif (existsSync(${mark})) throw new Error('a second time')\nwriteFileSync(${mark}, '')\n`
  serve.configure('After', once)
  serve.reload()
  await serve.untilLogged('reloaded in part', 1)
  const { worker, replaced, workers, problem } = serve.logged('reloaded in part')[0] ?? {}
  assert.deepEqual([worker, replaced, workers, problem], [2, 1, 2, 'config.mjs cannot be loaded: a second time'])
  assert.deepEqual(await brandsOf(serve, 100), new Set(['Before', 'After']))

  serve.configure('Later')
  serve.reload()
  // The line of the reload in part begins so, too.
  await serve.untilLogged('reloaded', 2)
  assert.deepEqual(await brandsOf(serve), new Set(['Later']))
  assert.equal((await serve.stop()).code, 0)
})

test('a start that fails for lack of file descriptors leaves none open', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '1'])
  const openFiles = `/proc/${serve.child.pid}/fd`
  if (!existsSync(openFiles) || !existsSync('/usr/bin/prlimit')) {
    return skipWithout(t, 'prlimit of util-linux is not installed, or this system has no /proc')
  }
  const count = () => readdirSync(openFiles).length
  const before = count()
  for (const spare of [1, 2, 3, 4, 5]) {
    execFileSync('prlimit', [`--pid=${serve.child.pid}`, `--nofile=${before + spare}:`])
    serve.reload()
    await serve.untilLogged('not reloaded', spare)
    assert.equal(Object(serve.logged('not reloaded')[spare - 1]?.['err']).code, 'EMFILE')
  }
  assert.equal(count(), before)
  execFileSync('prlimit', [`--pid=${serve.child.pid}`, '--nofile=1000:'])
  serve.reload()
  await serve.untilLogged('reloaded', 1)
  assert.equal((await serve.stop()).code, 0)
})

test('in a worker of another program, serve stops as ever, and does not start workers', options, async (t) => {
  const folder = temporaryFolder(t)
  // As pm2 in cluster mode.
  const manager = join(folder, 'manager.mjs')
  const [script, ...execArgv] = [...command].reverse()
  writeFileSync(
    manager,
    `import cluster from 'node:cluster'
cluster.setupPrimary({ exec: ${JSON.stringify(script)}, execArgv: ${JSON.stringify(execArgv.reverse())}, args: process.argv.slice(2) })
const worker = cluster.fork()
process.on('SIGTERM', () => worker.process.kill('SIGTERM'))
worker.on('exit', (code) => process.exit(code))
`,
  )
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: await databaseWithUsers(t, 'sqlite'),
    SECRET_KEY: testSecret,
    PORT: String(await freePort()),
  }
  const alone = await startCommand(t, ['serve'], environment, folder, [manager])
  const { code, stdout } = await alone.stop()
  assert.equal(code, 0, stdout)
  assert.match(stdout, /"msg":"stopped"\}\n$/)
  const refused = await runCommand(['serve', '--workers', '2'], environment, '', folder, [manager])
  assert.equal(refused.code, 1)
  assert.match(
    refused.stderr,
    /^A worker of another program, such as of pm2 in cluster mode, cannot start workers: [^\n]*\n$/,
  )
})
