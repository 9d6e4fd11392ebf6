/** The samples of docs/guides/testing.md, with the packed packages: they compile, and their tests pass. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromiumFlags, chromiumPath } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { linkProject } from '../support/linked-project.ts'
import { packedPackages } from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'
import { samplesOf, writeSamples } from '../support/samples.ts'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const samples = samplesOf('docs/guides/testing.md')
const folder = temporaryFolder({ after })
const project = join(folder, 'project')

before(async () => {
  linkProject(project, packedPackages())
  const [port, appPort] = [await freePort(), await freePort()]
  writeSamples(project, samples, (code) =>
    code
      .replace('const port = 8100 ', `const port = ${port} `)
      .replace('const appPort = 3100 ', `const appPort = ${appPort} `),
  )
})

test('the guide has the files of a whole project', () => {
  assert.deepEqual(
    samples.map(({ path }) => path),
    [
      'tsconfig.json',
      'src/api.ts',
      'test/api.test.ts',
      'test/api.spec.ts',
      'src/app.ts',
      'e2e/login.spec.ts',
      'playwright.config.ts',
    ],
  )
})

test('the samples compile', () => {
  run([join(modules, 'typescript/bin/tsc')])
})

test('the tests pass under node:test', (t) => {
  const output = run(['--test', 'test/**/*.test.ts'])
  assert.match(output, /^ℹ pass 5$/m)
  assert.match(output, /^ℹ fail 0$/m)
  t.diagnostic('5 tests')
})

test('the tests pass under Vitest', () => {
  assert.match(run([join(modules, 'vitest/vitest.mjs'), 'run', 'test/api.spec.ts']), /Tests {2}2 passed/)
})

test('the tests pass under Playwright', () => {
  // What the guide installs with `playwright install`: here the Chromium of this repository's tests.
  const config = `import config from './playwright.config.ts'
export default { ...config, use: { launchOptions: ${JSON.stringify({ executablePath: chromiumPath(), args: chromiumFlags })} } }
`
  writeFileSync(join(project, 'chromium.config.ts'), config)
  const output = run([join(modules, '@playwright/test/cli.js'), 'test', '--config=chromium.config.ts'])
  assert.match(output, /1 passed/)
})

/** Runs Node in the project, as its user would. Returns what it printed. */
function run(args: readonly string[]): string {
  const { PATH, HOME } = process.env
  const settings = { cwd: project, encoding: 'utf8', env: { PATH, HOME, NO_COLOR: '1', CI: '1' } } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, args, settings)
  assert.equal(status, 0, stdout + stderr)
  return stdout
}
