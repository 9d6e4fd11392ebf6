/** The built server inside of a program of Bun and of Deno, and its command there. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { watch } from '../support/example.ts'
import { buildPackages } from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'
import { otherRuntimes } from '../support/runtimes.ts'

const exercise = join(fileURLToPath(new URL('exercises', import.meta.url)), 'embedded.mjs')
/** Deno asks before a program reads files and listens. */
const flags = { bun: ['run'], deno: ['run', '--allow-all'] } as const

const command = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url))

before(buildPackages)

for (const runtime of ['bun', 'deno'] as const) {
  test(`${runtime}: a user logs in, and the user's token is accepted`, async (t) => {
    const args = [...flags[runtime], exercise]
    const program = watch(t, spawn(otherRuntimes[runtime], args, { env: { NO_COLOR: '1' }, detached: true }))
    const origin = await program.said(/(http:\/\/127\.0\.0\.1:\d+)/)
    const logIn = (password: string) =>
      fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ username: 'tim', password }) })

    assert.equal(await (await fetch(origin)).text(), 'home')
    const response = await logIn('a password of tim')
    assert.equal(response.status, 200, program.output())
    const { access_token: token } = JSON.parse(await response.text())
    const me = await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(JSON.parse(await me.text()).username, 'tim')
    assert.equal((await fetch(`${origin}/healthz`, { method: 'HEAD' })).status, 200)

    const statuses = []
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await logIn('wrong')).status)
    assert.deepEqual(statuses, [401, 401, 429], 'failed logins are counted by address')
  })

  test(`${runtime}: the command manages the database there, and says that only Node serves`, (t) => {
    const folder = temporaryFolder(t)
    const run = (args: readonly string[], input = '') => {
      const env = { NO_COLOR: '1', DATA_DIR: folder, SECRET_KEY: 'a secret of the test, long enough for anyone' }
      const options = { cwd: folder, env, input, encoding: 'utf8' } as const
      const { status, stdout, stderr } = spawnSync(
        otherRuntimes[runtime],
        [...flags[runtime], command, ...args],
        options,
      )
      return { status, stdout, stderr }
    }
    assert.equal(run(['migrate']).status, 0)
    assert.equal(run(['users', 'add', 'tim'], 'a password of tim\n').status, 0)
    assert.match(run(['users', 'list']).stdout, /^tim\b/m)
    assert.equal(run(['backup', 'create', 'new.backup']).status, 0)
    const name = { bun: 'Bun', deno: 'Deno' }[runtime]
    for (const args of [['serve'], ['serve', '--workers', '2'], ['dev']]) {
      const { status, stdout, stderr } = run(args)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(
        stderr,
        new RegExp(`^countersign ${args[0]} needs Node 24 or newer; this is ${name} [\\d.]+\\. [^\n]+\n$`),
      )
    }
  })
}
