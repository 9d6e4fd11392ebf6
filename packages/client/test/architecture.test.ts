/** What the package may use: web standards alone, so that it runs on every runtime; Node itself only where Node is the point. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const source = new URL('../src/', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
/** What may use Node's own modules and globals: storage in files, the command line, and adapters in frameworks built on node:http. */
const nodeOnly = /^(node\/|adapters\/(express|fastify|node-message)\.ts$)/
/** What stands on the core, and is not needed by it. */
const outer = /^(node|server|adapters)\//

for (const file of files) {
  const text = readFileSync(new URL(file, source), 'utf8')
  const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier)

  test(`${file} imports only its neighbours`, () => {
    const allowed = nodeOnly.test(file) ? /^(\.{1,2}\/[a-z0-9/.-]+\.ts|node:[a-z/_]+)$/ : /^\.{1,2}\/[a-z0-9/.-]+\.ts$/
    for (const specifier of imported) assert.match(specifier, allowed)
  })

  test(`${file} imports nothing that stands on it`, () => {
    const forbidden = outer.test(file) ? /\/(adapters)\// : /\/(node|server|adapters)\//
    if (!file.startsWith('adapters/')) for (const specifier of imported) assert.doesNotMatch(specifier, forbidden)
  })

  test(`${file} uses no global that only Node has`, () => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    if (!nodeOnly.test(file)) {
      assert.doesNotMatch(code, /\b(Buffer|process|require|global|setImmediate|__dirname)\b(?!')/)
    }
  })

  test(`${file} writes no logs`, () => {
    if (!nodeOnly.test(file)) assert.doesNotMatch(text, /\bconsole\./)
  })

  test(`${file} is at most 300 lines`, () => {
    assert.ok(text.split('\n').length <= 300)
  })
}

test('the core entry exports what the contract names, and nothing else', async () => {
  const entry = await import('../src/index.ts')
  assert.deepEqual(Object.keys(entry).sort(), ['ClientError', 'createClient', 'memoryStorage', 'webStorage'])
})
