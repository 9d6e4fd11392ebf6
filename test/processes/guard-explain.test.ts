/** `npx @countersign/guard explain` about tokens of a real Countersign: with the keys that it publishes, and with the tutorial's secret. */
import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { tutorialToken } from '../support/tutorial-token.ts'

const fastStart = new URL('../../scripts/fast-start.mjs', import.meta.url).href
const main = fileURLToPath(new URL('../../packages/guard/src/cli/main.ts', import.meta.url))

function explain(token: string, ...flags: readonly string[]): SpawnSyncReturns<string> {
  const args = ['--import', fastStart, '--conditions=source', main, 'explain', ...flags]
  return spawnSync(process.execPath, args, { input: token, encoding: 'utf8' })
}

test('with the keys that Countersign publishes, its token passes for its issuer and its audience, until it ends', async (t) => {
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t), ALGORITHM: 'ES256' })
  const token = await tutorialToken(origin)
  const flags = ['--fetch', '--issuer', origin, '--scope', 'me items']
  const passed = explain(token, ...flags, '--audience', origin)
  assert.equal(passed.status, 0, passed.stdout + passed.stderr)
  assert.match(passed.stdout, /^✓ signature {2}ES256 by that key$/m)

  const elsewhere = explain(token, ...flags, '--audience', 'https://api.example')
  assert.equal(elsewhere.status, 1)
  assert.match(elsewhere.stdout, /^Rejected: audience_mismatch\.$/m)
  const later = explain(token, ...flags, '--audience', origin, '--at', '2099-01-01')
  assert.match(later.stdout, /^Rejected: token_expired\.$/m)
})

test('with the secret of the FastAPI tutorial its token passes', async (t) => {
  const folder = temporaryFolder(t)
  const secret = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: folder, SECRET_KEY: secret, ALGORITHM: 'HS256' })
  const file = join(folder, 'secret')
  writeFileSync(file, secret)
  const { status, stdout, stderr } = explain(await tutorialToken(origin), '--secret-file', file, '--scope', 'items')
  assert.equal(status, 0, stdout + stderr)
})
