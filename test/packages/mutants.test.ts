/** The mutants of `npm run mutants` are mutants of the sources as they are: each patch applies, and names the test that must fail. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patches = readdirSync(join(root, 'test/mutants')).map((file) => `test/mutants/${file}`)

test('there are at least 60 mutants, some of each package', () => {
  assert.ok(patches.length >= 60)
  for (const name of ['server', 'guard', 'client']) {
    assert.ok(patches.some((path) => path.startsWith(`test/mutants/${name}-`)))
  }
})

test('every mutant applies to the sources; one that does not is written again, or removed with what it broke', () => {
  // Each patch by itself: git does not add them up.
  const { status, stderr } = spawnSync('git', ['apply', '--check', ...patches], { cwd: root, encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})

test('every mutant changes only sources, and names the file and the title of its test', () => {
  for (const path of patches) {
    const text = readFileSync(join(root, path), 'utf8')
    const [, file = ''] = /^test: ((?:packages\/\w+\/)?test\/.+\.test\.ts)$/m.exec(text) ?? []
    assert.ok(file !== '' && existsSync(join(root, file)), path)
    assert.match(text, /^title: \S/m, path)
    const changed = text.split('\n').filter((line) => line.startsWith('+++ '))
    assert.ok(changed.length > 0, path)
    for (const line of changed) assert.match(line, /^\+\+\+ b\/packages\/\w+\/src\//, path)
  }
})
