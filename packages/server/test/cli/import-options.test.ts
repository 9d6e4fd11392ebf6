/** The import of a configuration file: it has a limit. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CommandError } from '../../src/cli/command-error.ts'
import { importOptions } from '../../src/cli/import-options.ts'

function fileWith(t: TestContext, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-config-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'config.mjs')
  writeFileSync(path, content)
  return path
}

/** What keeps the process, as a connection would. */
function keepAlive(t: TestContext): void {
  const timer = setInterval(() => {}, 1000)
  t.after(() => clearInterval(timer))
}

test('an import that does not end within its limit is rejected', async (t) => {
  keepAlive(t)
  await assert.rejects(
    importOptions(fileWith(t, 'await new Promise(() => {})\n'), 'config.mjs', 0.05),
    (error) =>
      error instanceof CommandError &&
      error.message ===
        'config.mjs cannot be loaded: it has not ended after 0.05 seconds. What it waits for must have a limit',
  )
})

test('an import may wait within its limit, or without one', async (t) => {
  keepAlive(t)
  const slow = 'await new Promise((resolve) => setTimeout(resolve, 50))\nexport default { algorithm: "ES256" }\n'
  for (const limit of [60, Number.POSITIVE_INFINITY]) {
    assert.deepEqual(await importOptions(fileWith(t, slow), 'config.mjs', limit), { algorithm: 'ES256' })
  }
})
