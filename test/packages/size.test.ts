/** What an entry of guard or client adds to an app: bundled with all that it imports, minified and gzipped, within its budget. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bundle } from '../support/bundle.ts'

/** In bytes. An entry that has none here has no budget, and fails. */
const budgets: Readonly<Record<string, number>> = {
  '@countersign/guard': 12_000,
  '@countersign/guard/strict-json': 1_000,
  '@countersign/guard/dpop': 8_500,
  '@countersign/guard/explain': 6_500,
  '@countersign/guard/express': 1_200,
  '@countersign/guard/fastify': 1_200,
  '@countersign/guard/hono': 1_200,
  '@countersign/guard/mcp': 1_200,
  '@countersign/guard/next': 1_200,
  '@countersign/guard/node': 1_200,
  '@countersign/client': 8_000,
  '@countersign/client/node': 8_000,
  '@countersign/client/server': 14_000,
  '@countersign/client/express': 1_000,
  '@countersign/client/fastify': 1_000,
  '@countersign/client/hono': 1_000,
  '@countersign/client/next': 1_000,
}

/** The entries for Node alone: all others run where `node:` modules are not. */
const nodeEntries = ['@countersign/client/node', '@countersign/client/express', '@countersign/client/fastify']

const entries = ['guard', 'client'].flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(new URL(`../../packages/${folder}/package.json`, import.meta.url), 'utf8'))
  return Object.keys(manifest.exports).map((path) => `${manifest.name}${path.slice(1)}`)
})

test('the budgets are those of the entries that there are', () => {
  assert.deepEqual(Object.keys(budgets).sort(), entries.toSorted())
})

for (const entry of entries) {
  test(`${entry} is within its budget, and imports Node's modules only if it is for Node alone`, async (t) => {
    const { code, imports } = await bundle(`export * from '${entry}'`)
    const size = gzipSync(code, { level: 9 }).length
    const budget = budgets[entry] ?? 0
    t.diagnostic(`${entry}: ${size} bytes of ${budget}`)
    assert.ok(size <= budget, `${size} bytes are more than ${budget}`)
    assert.equal(
      imports.some((specifier) => specifier.startsWith('node:')),
      nodeEntries.includes(entry),
    )
  })
}
