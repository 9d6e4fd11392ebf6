/** What a reader of a document can follow to the letter: each package is installed, and each sample says where its file goes. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { paragraphBefore } from '../support/samples.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['packages/*/README.md', 'docs/guides/**/*.md', 'docs/reference/*.md']
const pages = globSync(['README.md', 'docs/tutorial.md', ...folders], { cwd: root }).sort()

interface Block {
  readonly language: string
  readonly code: string
  /** The paragraph above it. */
  readonly paragraph: string
}

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8')

  test(`${page} says how to install each package that it names`, () => {
    const installed = new Set([...text.matchAll(/npm install ([^`\n]+)/g)].flatMap(([, list = '']) => list.split(' ')))
    const missing = [...namedPackages(text)].filter((name) => !installed.has(name))
    assert.deepEqual(missing, [], 'each needs a line such as: npm install countersign')
  })

  test(`${page} says where the file of each sample goes`, () => {
    const samples = blocksOf(text).filter(({ language }) => /^(ts|tsx|js)$/.test(language))
    const homeless = samples.filter(({ paragraph }) => !/`[\w./[\]-]+\.(ts|tsx|js|mjs)`/.test(paragraph))
    assert.deepEqual(
      homeless.map(({ code }) => code.split('\n')[0]),
      [],
      'the paragraph above each names a file, such as `auth.ts`',
    )
  })
}

test('packages are found in imports and commands', () => {
  const text = [
    '```ts',
    "import test from 'node:test'",
    "import { protect } from '@countersign/guard/hono'",
    "import './auth.ts'",
    "import express from 'express'",
    '```',
    '```console',
    '$ PORT=1 countersign serve',
    '$ npx @countersign/client login',
    '```',
  ].join('\n')
  assert.deepEqual([...namedPackages(text)], ['@countersign/guard', 'express', 'countersign', '@countersign/client'])
})

/** What the code of a page imports, and the packages whose commands it runs. */
function namedPackages(text: string): ReadonlySet<string> {
  return new Set(blocksOf(text).flatMap(({ code }) => [...importsOf(code), ...commandsOf(code)]))
}

function importsOf(code: string): readonly string[] {
  const specifiers = [...code.matchAll(/^(?:import|export) (?:.* from )?'([^'.][^']*)'/gm)].map(([, name = '']) => name)
  return specifiers
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
}

function commandsOf(code: string): readonly string[] {
  const installed = /^\$ (?:\w+=\S* )*countersign /m.test(code) ? ['countersign'] : []
  return [...installed, ...[...code.matchAll(/npx (@countersign\/\w+)/g)].map(([, name = '']) => name)]
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }) => {
    return { language, code, paragraph: paragraphBefore(text.slice(0, index)) }
  })
}
