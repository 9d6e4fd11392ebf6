/** What the package may use: web standards and jose, so that it runs on every runtime. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const source = new URL('../src/', import.meta.url)

for (const file of readdirSync(source)) {
  const text = readFileSync(new URL(file, source), 'utf8')

  test(`${file} imports only its neighbours and jose`, () => {
    const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier)
    for (const specifier of imported) assert.match(specifier, /^(\.\/[a-z0-9-]+\.ts|jose)$/)
  })

  test(`${file} uses no global that only Node has`, () => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    assert.doesNotMatch(code, /\b(Buffer|process|require|global|setImmediate|__dirname)\b/)
  })

  test(`${file} is at most 300 lines`, () => {
    assert.ok(text.split('\n').length <= 300)
  })
}

test('the entry exports what the contract names, and nothing else', async () => {
  const entry = await import('../src/index.ts')
  assert.deepEqual(Object.keys(entry).sort(), [
    'TokenRejected',
    'challenge',
    'createVerifier',
    'hasScopes',
    'parseScope',
    'readBearer',
  ])
})
