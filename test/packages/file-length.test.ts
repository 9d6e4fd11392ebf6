/** How long a file of the tests, the scripts and the bench may be. The architecture tests of the packages check the sources. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const limit = 300
const files = globSync(['packages/*/test/**/*.ts', 'test/**/*.ts', 'scripts/**/*.{mjs,ts}', 'bench/src/**/*.ts'], {
  cwd: root,
})

test(`no test, script or file of the bench has more than ${limit} lines`, () => {
  for (const folder of [
    'packages/server/test',
    'packages/guard/test',
    'packages/client/test',
    'test',
    'scripts',
    'bench',
  ]) {
    assert.ok(
      files.some((file) => file.startsWith(join(folder, '/'))),
      folder,
    )
  }
  const lengthOf = (file: string) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length
  const long = files.map((file) => [file, lengthOf(file)] as const).filter(([, length]) => length > limit)
  assert.deepEqual(long, [])
})
