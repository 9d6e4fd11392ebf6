/** `countersign dev` prints each rejected request, and the command that explains it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

for (const flags of [[], ['--trace']]) {
  test(`dev ${flags.join(' ')} prints a rejected request with the command that explains it`, async (t) => {
    const environment = { DATA_DIR: temporaryFolder(t) }
    const dev = await startCommand(t, ['dev', ...flags], environment)
    await fetch(`${dev.origin}/healthz`)
    const response = await fetch(`${dev.origin}/users/me`, { headers: { authorization: 'Bearer a.b.c' } })
    const requestId = response.headers.get('x-request-id') ?? ''
    const { stdout } = await dev.stop()
    assert.ok(stdout.includes(`GET /users/me -> 401 token_malformed  (${requestId})\n`), stdout)
    // As it is called in a clone.
    assert.ok(stdout.includes(`\n  why: npm run -s countersign -- why ${requestId}\n`), stdout)
    assert.equal(stdout.includes('GET /healthz'), flags.length > 0)
    assert.equal(stdout.includes('FAILED'), flags.length > 0)
    assert.equal((await runCommand(['why', requestId], environment)).code, 0)
  })
}
