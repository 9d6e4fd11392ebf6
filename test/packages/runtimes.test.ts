/** The published builds, on every supported version of Node, with a real Countersign; and what the server's says on an older one. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { version } from '../../packages/server/src/config/version.ts'
import { type RunningExample, watch } from '../support/example.ts'
import { logInAsTimAt } from '../support/login.ts'
import { buildPackages } from '../support/packages.ts'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { runtimes } from '../support/runtimes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exercises = join(root, 'test/packages/exercises')

before(buildPackages)

/** Starts a Countersign with the clients of the exercises; returns the settings for them. */
async function setUp(t: TestContext): Promise<Environment> {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const { origin } = await startCommand(t, ['dev'], environment)
  const add = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(['clients', 'add', ...args], environment)
    assert.equal(code, 0, stderr)
    return /^client_secret {2}(\S+)$/m.exec(stdout)?.[1] ?? ''
  }
  const grants = (...types: string[]) => types.flatMap((type) => ['--grant-type', type])
  const secret = await add('api', '--resource-server', '--first-party', ...grants('client_credentials', 'password'))
  const native = ['--public', '--application-type', 'native', '--redirect-uri', 'http://127.0.0.1/callback']
  await add('exercises', ...native, ...grants('authorization_code', 'refresh_token', 'password'))
  return { ISSUER: origin, CLIENT_ID: 'api', CLIENT_SECRET: secret }
}

function start(t: TestContext, path: string, args: readonly string[], environment: Environment): RunningExample {
  return watch(t, spawn(path, args, { env: { ...environment }, detached: true }))
}

test('the built packages work', async (t) => {
  const environment = await setUp(t)
  for (const { major, path } of runtimes) {
    await t.test(`Node ${major}: guard`, async (t) => {
      const exercise = start(t, path, [join(exercises, 'guard.mjs')], environment)
      assert.equal(await exercise.ended, 0, exercise.output())
      assert.match(exercise.output(), /^next: answers$/m)
    })

    await t.test(`Node ${major}: client`, async (t) => {
      const exercise = start(t, path, [join(exercises, 'client.mjs')], { ...environment, FOLDER: temporaryFolder(t) })
      await logInAsTimAt(await exercise.said(/(http\S+\/authorize\?\S+)/))
      await logInAsTimAt(await exercise.said(/^web login: (http\S+)/m))
      assert.equal(await exercise.ended, 0, exercise.output())
      assert.match(exercise.output(), /^web login: logged in$/m)
    })

    for (const command of ['guard/dist/cli/main.js', 'client/dist/node/cli/main.js']) {
      await t.test(`Node ${major}: packages/${command}`, async (t) => {
        const help = start(t, path, [join(root, 'packages', command), '--help'], {})
        assert.equal(await help.ended, 0, help.output())
        assert.match(help.output(), /^countersign-(guard|client)/)
      })
    }
  }
})

test('countersign starts on Node 24 or newer, and says so in one sentence on an older one', () => {
  const main = join(root, 'packages/server/dist/cli/main.js')
  for (const { major, path } of runtimes) {
    const { status, stdout, stderr } = spawnSync(path, [main, '--version'], { encoding: 'utf8' })
    if (major >= 24) assert.deepEqual([status, stdout, stderr], [0, `${version}\n`, ''], String(major))
    else {
      assert.deepEqual([status, stdout], [1, ''], String(major))
      assert.match(
        stderr,
        new RegExp(
          `^Countersign needs Node 24 or newer; this is Node ${major}\\.[\\d.]+\\. Install it from https://nodejs\\.org\n$`,
        ),
      )
    }
  }
})

test('each version is the one of its name', () => {
  for (const { major, path } of runtimes) {
    assert.equal(
      spawnSync(path, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).stdout,
      `${major}\n`,
    )
  }
})
