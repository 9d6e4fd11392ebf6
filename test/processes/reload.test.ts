/** `countersign serve --workers` reads its settings again at SIGUSR2: workers with the new ones take the places of those with the former. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseKinds } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import type { Environment, Running } from '../support/process.ts'
import { sendOnce } from '../support/single-request.ts'
import { startLoad } from './support/load.ts'
import { brandsOf, slow, startReloadable } from './support/reloadable.ts'

const options = { skip: process.platform === 'win32' && 'Windows has no signals' }

async function expiresIn({ origin }: Running): Promise<unknown> {
  const response = await fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(tim) })
  const body = await response.json()
  return Object(body).expires_in
}

/** Asks on new connections until it is stopped, which resolves with how those ended that were not answered with 200. */
function startAsking(origin: string): { readonly stop: () => Promise<readonly string[]> } {
  const failed: string[] = []
  let isStopped = false
  const ask = async (path: string) => {
    while (!isStopped) {
      const outcome = await sendOnce(new Request(origin + path)).then(
        async (response) => `${response.status} ${response.ok ? '' : await response.text()}`,
        (error) => String(error.code),
      )
      // The readiness check itself has a limit, which a busy machine may exceed.
      if (!/^200|no_response/.test(outcome)) failed.push(`${path} ${outcome}`)
      await sleep(2)
    }
  }
  const asked = Promise.all(['/readyz', '/.well-known/jwks.json'].map(ask))
  return {
    stop: async () => {
      isStopped = true
      await asked
      return failed
    },
  }
}

for (const kind of databaseKinds) {
  for (const workers of kind === 'sqlite' ? ['1', '2'] : ['2']) {
    test(
      `R21 ${kind}, --workers ${workers}: a reload under load changes the settings, and no request fails`,
      options,
      async (t) => {
        const serve = await startReloadable(t, kind, ['--workers', workers])
        const former = [...Object(serve.logged('ready')[0]).workers]
        assert.equal(await expiresIn(serve), 1800)
        const load = startLoad(serve.origin)
        const asking = startAsking(serve.origin)
        await eventually(() => load.count() > 100)

        serve.configure('After')
        serve.set({ ACCESS_TOKEN_EXPIRE_MINUTES: '10' })
        serve.reload()
        await serve.untilLogged('reloading', 1)
        // Two more are one more: what they are about is read after both.
        serve.configure('Later')
        serve.reload()
        serve.reload()
        await serve.untilLogged('reloaded', 2)
        assert.deepEqual([await load.stop(), await asking.stop()], [[], []])

        assert.deepEqual(await brandsOf(serve), new Set(['Later']))
        assert.equal(await expiresIn(serve), 600)
        const current = Object(serve.logged('reloaded')[1]).workers
        assert.equal(current.length, Number(workers))
        assert.equal(current.filter((pid: number) => former.includes(pid)).length, 0)
        for (const pid of former) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
        const { code, stderr } = await serve.stop('SIGTERM')
        assert.deepEqual([code, stderr], [0, ''])
        assert.equal(serve.logged('reloading').length, 2)
      },
    )
  }
}

test('a reload in a folder that has been removed changes nothing, and says so in the log', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  serve.removeFolder()
  serve.reload()
  await serve.untilLogged('not reloaded', 1)
  assert.match(String(serve.logged('not reloaded')[0]?.['problem']), /^The folder that .* has been removed/)
  assert.deepEqual(await brandsOf(serve), new Set(['Before']))
})

test(
  'settings that are wrong change nothing, and are in the log once in the words of the start',
  options,
  async (t) => {
    const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
    const rejected: { readonly configure: () => void; readonly problem: RegExp }[] = [
      { configure: () => serve.configure('After', 'const '), problem: /^config\.mjs cannot be loaded: / },
      {
        configure: () => serve.configure("After', colour: 'red"),
        problem: /^config\.mjs: brand\.colour is not an option/,
      },
      {
        configure: () => {
          serve.configure('After')
          serve.set({ ALGORITHM: 'none', KEEP_ALIVE_TIMEOUT: '0' })
        },
        problem: /^ALGORITHM must be one of [^\n]*\nKEEP_ALIVE_TIMEOUT must be at least 1[^\n]*$/,
      },
      { configure: () => serve.set({ PORT: 'none', METRICS_PORT: 'none' }), problem: /^METRICS_PORT must be a number/ },
    ]
    for (const [index, { configure, problem }] of rejected.entries()) {
      configure()
      serve.reload()
      await serve.untilLogged('not reloaded', index + 1)
      assert.match(String(serve.logged('not reloaded')[index]?.['problem']), problem)
      assert.deepEqual(await brandsOf(serve), new Set(['Before']))
    }
    serve.set({})
    serve.reload()
    await serve.untilLogged('reloaded', 1)
    assert.deepEqual(await brandsOf(serve), new Set(['After']))
    const { code, stderr } = await serve.stop()
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(serve.logged('not reloaded').length, rejected.length)
  },
)

test('another issuer, database, secret or kind of token is refused while the workers serve', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  const changes: readonly (readonly [Environment, RegExp])[] = [
    [{ ISSUER: 'https://login.example.com' }, /^ISSUER must stay http:\/\/127\.0\.0\.1:\d+ while the server runs/],
    [{ SECRET_KEY: `${testSecret}2` }, /^SECRET_KEY must stay the same while the server runs/],
    [{ DATABASE_URL: await databaseWithUsers(t, 'sqlite') }, /^DATABASE_URL must name the database/],
    [{ ALGORITHM: 'HS256' }, /^ALGORITHM must not change to HS256/],
  ]
  for (const [index, [variables, problem]] of changes.entries()) {
    serve.set(variables)
    serve.reload()
    await serve.untilLogged('not reloaded', index + 1)
    assert.match(String(serve.logged('not reloaded')[index]?.['problem']), problem)
  }
  assert.equal((await sendOnce(new Request(`${serve.origin}/healthz`))).status, 200)

  // A worker that takes the place of one that has died has the same settings as the others, or does not serve.
  process.kill(Object(serve.logged('ready')[0]).workers[1], 'SIGKILL')
  await serve.untilLogged('a worker has ended', 2)
  assert.match(String(serve.logged('a worker has ended')[1]?.['problem']), /^ALGORITHM must not change/)
  serve.set({})
  await serve.untilLogged('the worker serves again', 1)
  await serve.stop()
})

test('the log names what the primary process keeps', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '1'])
  serve.configure('After')
  serve.set({ HOST: '0.0.0.0', METRICS_PORT: '0', WORKERS: '4' })
  serve.reload()
  await serve.untilLogged('reloaded', 1)
  assert.deepEqual(
    serve.logged('these settings are of the primary').map(({ settings }) => settings),
    [['HOST', 'METRICS_HOST', 'METRICS_PORT']],
  )
  assert.deepEqual(await brandsOf(serve), new Set(['After']))
})

test('SIGTERM during a reload stops all workers, the one that starts at once', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  serve.configure('After', slow)
  serve.reload()
  await serve.untilLogged('loading', 1)
  // After the first one, if nothing stopped it.
  serve.reload()
  // Resolves when all processes that hold its output have ended.
  const { code, stdout, stderr } = await serve.stop('SIGTERM')
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /"msg":"stopped"\}\n$/)
  assert.doesNotMatch(stdout, /reloaded/)
  assert.equal(serve.logged('reloading').length, 1)
})

test('SIGTERM while a former worker leaves stops all', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  const load = startLoad(serve.origin)
  await eventually(() => load.count() > 20)
  serve.configure('After')
  serve.reload()
  // The first new worker serves, and the former one finishes what it has.
  await eventually(async () => (await brandsOf(serve, 1)).has('After'))
  const ended = serve.stop('SIGTERM')
  void load.stop()
  const { code, stdout } = await ended
  assert.equal(code, 0, stdout)
  assert.match(stdout, /"msg":"stopped"\}\n$/)
})

test(
  'kill -9 of a worker during a reload: the one that starts, and the one that it is to replace',
  options,
  async (t) => {
    const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
    serve.configure('After', slow)
    serve.reload()
    await serve.untilLogged('loading', 1)
    process.kill(Number(serve.logged('loading')[0]?.['pid']), 'SIGKILL')
    await serve.untilLogged('not reloaded', 1)
    assert.equal(serve.logged('not reloaded')[0]?.['signal'], 'SIGKILL')
    assert.deepEqual(await brandsOf(serve), new Set(['Before']))

    serve.reload()
    await serve.untilLogged('loading', 2)
    serve.configure('Later')
    process.kill(Object(serve.logged('ready')[0]).workers[0], 'SIGKILL')
    await serve.untilLogged('a worker has ended', 1)
    // What takes its place has read the newest file.
    await eventually(async () => (await brandsOf(serve)).has('Later'))
    process.kill(Number(serve.logged('loading')[1]?.['pid']), 'SIGKILL')
    await serve.untilLogged('not reloaded', 2)
    serve.reload()
    await serve.untilLogged('reloaded', 1)
    assert.deepEqual(await brandsOf(serve), new Set(['Later']))
    // The worker that was killed had served.
    assert.equal((await serve.stop()).code, 0)
  },
)

test('messages of a configuration file to the primary process change nothing', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '1'])
  serve.configure(
    'After',
    "for (const message of [null, 'ready', {}, { type: 'ready' }, new Map(), []]) process.send(message)\n",
  )
  serve.reload()
  await serve.untilLogged('reloaded', 1)
  assert.deepEqual(await brandsOf(serve), new Set(['After']))
  assert.equal((await serve.stop()).code, 0)
})

test('one process without workers says that it does not reload, and goes on', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', [])
  serve.configure('After')
  serve.reload()
  await serve.untilLogged('not reloaded', 1)
  assert.deepEqual(await brandsOf(serve), new Set(['Before']))
  assert.equal((await serve.stop()).code, 0)
})

test('a worker that does not respond for half a minute is killed and replaced', options, async (t) => {
  const serve = await startReloadable(t, 'sqlite', ['--workers', '2'])
  const [stopped] = Object(serve.logged('ready')[0]).workers
  process.kill(stopped, 'SIGSTOP')
  await serve.untilLogged('the worker serves again', 1)
  assert.deepEqual(
    serve.logged('the worker does not respond').map(({ worker, workerPid }) => [worker, workerPid]),
    [[1, stopped]],
  )
  assert.equal((await serve.stop()).code, 0)
})
