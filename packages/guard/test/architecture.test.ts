/** What the package may use: web standards, so that it runs on every runtime; Node itself only where Node is the point. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const source = new URL('../src/', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
/** The only folder that may use Node's own modules and globals: the command line. */
const nodeOnly = /^cli\//

for (const file of files) {
  const text = readFileSync(new URL(file, source), 'utf8')
  const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier)

  test(`${file} imports only its neighbours`, () => {
    const allowed = nodeOnly.test(file) ? /^(\.{1,2}\/[a-z0-9/.-]+\.ts|node:[a-z/]+)$/ : /^(\.{1,2}\/[a-z0-9/.-]+\.ts)$/
    for (const specifier of imported) assert.match(specifier, allowed)
  })

  test(`${file} imports no adapter and no command`, () => {
    if (/^(adapters|cli)\//.test(file)) return
    for (const specifier of imported) assert.doesNotMatch(specifier, /\/(adapters|cli)\//)
  })

  test(`${file} uses no global that only Node has`, () => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    if (!nodeOnly.test(file)) {
      assert.doesNotMatch(code, /\b(Buffer|process|require|global|setImmediate|__dirname)\b(?!')/)
    }
  })

  test(`${file} is at most 300 lines`, () => {
    assert.ok(text.split('\n').length <= 300)
  })
}

test('the entry exports what the contract names, and nothing else', async () => {
  const entry = await import('../src/index.ts')
  assert.deepEqual(Object.keys(entry).sort(), [
    'Rejection',
    'TokenRejection',
    'createGuard',
    'formatChallenge',
    'hasScopes',
    'isRejection',
    'parseScope',
    'readBearer',
  ])
})

test('the entry verifier exports what makes one, and what it throws', async () => {
  assert.deepEqual(Object.keys(await import('../src/jwt/verifier.ts')).sort(), ['TokenRejection', 'createVerifier'])
})

test('the entries dpop and explain export one function each', async () => {
  assert.deepEqual(Object.keys(await import('../src/dpop/dpop.ts')), ['createDpop'])
  assert.deepEqual(Object.keys(await import('../src/explain/explain.ts')), ['explain'])
})
