/**
 * The size that an entry of guard or client adds to an app is within its budget. esbuild bundles it with all its static imports and minifies it,
 * and the result is gzipped as one text, although esbuild makes several files where an entry shares modules with parts that it loads on demand.
 * The size of such a part has its own budget.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Bundle, bundleInParts } from '../support/bundle.ts'

/** In bytes, by entry, and by entry and part. An entry without a budget fails. */
const budgets: Readonly<Record<string, number>> = {
  // The goal was 12,000: docs/decisions/0023-the-guard-needs-no-jose-to-verify.md and 0050 explain the difference.
  '@countersign/guard': 14_000,
  '@countersign/guard, introspection': 2_000,
  '@countersign/guard, revocations': 2_000,
  '@countersign/guard/verifier': 5_900,
  '@countersign/guard/strict-json': 1_000,
  '@countersign/guard/dpop': 8_500,
  '@countersign/guard/explain': 6_900,
  '@countersign/guard/express': 1_200,
  '@countersign/guard/fastify': 1_200,
  '@countersign/guard/hono': 1_200,
  '@countersign/guard/mcp': 1_200,
  '@countersign/guard/next': 1_200,
  '@countersign/guard/node': 1_200,
  '@countersign/client': 8_350,
  '@countersign/client/node': 8_000,
  '@countersign/client/server': 14_150,
  '@countersign/client/express': 1_000,
  '@countersign/client/fastify': 1_000,
  '@countersign/client/hono': 1_000,
  '@countersign/client/next': 1_000,
}

/** The entries only for Node. All others run where `node:` modules are missing. */
const nodeEntries = ['@countersign/client/node', '@countersign/client/express', '@countersign/client/fastify']

const entries = ['guard', 'client'].flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(new URL(`../../packages/${folder}/package.json`, import.meta.url), 'utf8'))
  return Object.keys(manifest.exports).map((path) => `${manifest.name}${path.slice(1)}`)
})

const bundles = await Promise.all(
  entries.map(async (entry) => ({ entry, ...(await bundleInParts(`export * from '${entry}'`)) })),
)

const sizes = bundles.flatMap(({ entry, atOnce, later }) => [
  { name: entry, size: sizeOf(atOnce) },
  ...[...later].map(([part, added]) => ({ name: `${entry}, ${part}`, size: sizeOf([added]) })),
])

function sizeOf(files: readonly Bundle[]): number {
  return gzipSync(files.map(({ code }) => code).join(''), { level: 9 }).length
}

test('the budgets are those of the existing entries and parts', () => {
  assert.deepEqual(Object.keys(budgets).sort(), sizes.map(({ name }) => name).sort())
})

for (const { name, size } of sizes) {
  test(`${name} is within its budget`, (t) => {
    const budget = budgets[name] ?? 0
    t.diagnostic(`${name}: ${size} bytes of ${budget}`)
    assert.ok(size <= budget, `${size} bytes are more than ${budget}`)
  })
}

for (const { entry, atOnce, later } of bundles) {
  test(`${entry} imports Node's modules only if it is only for Node`, () => {
    const imports = [...atOnce, ...later.values()].flatMap((file) => file.imports)
    assert.equal(
      imports.some((specifier) => specifier.startsWith('node:')),
      nodeEntries.includes(entry),
    )
  })
}
