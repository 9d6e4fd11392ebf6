/** The built server inside of a program of Bun and of Deno. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { watch } from '../support/example.ts'
import { buildPackages } from '../support/packages.ts'
import { otherRuntimes } from '../support/runtimes.ts'

const exercise = join(fileURLToPath(new URL('exercises', import.meta.url)), 'embedded.mjs')
/** Deno asks before a program reads files and listens. */
const flags = { bun: ['run'], deno: ['run', '--allow-all'] } as const

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
}
