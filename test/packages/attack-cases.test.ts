/** Every case id in a test title is in docs/reference/attack-cases.md. Every id there is in a title or says what is missing. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The ids of the catalogue, and whether each is marked as not tested yet. */
const catalogue = readCatalogue(readFileSync(join(root, 'docs/reference/attack-cases.md'), 'utf8'))
const inTitles = readTitles()

test('every case id in a test title is in the catalogue', () => {
  const unknown = [...inTitles].filter(([id]) => !catalogue.has(id)).map(([id, file]) => `${id} in ${file}`)
  assert.deepEqual(unknown, [])
})

test('every case of the catalogue is in a test title, unless it says what is missing', () => {
  const untested = [...catalogue].filter(([id, isMarked]) => !isMarked && !inTitles.has(id)).map(([id]) => id)
  assert.deepEqual(untested, [])
})

test('no case that is marked as not tested is in a test title', () => {
  const tested = [...catalogue].filter(([id, isMarked]) => isMarked && inTitles.has(id)).map(([id]) => id)
  assert.deepEqual(tested, [])
})

test('titles are found in calls, in templates and in tables, but not in comments or in data', () => {
  const found = (code: string) => [...idsIn(code)]
  assert.deepEqual(found("test('A1 a parameter twice', () => {})"), ['A1'])
  assert.deepEqual(found('test(`$' + '{kind}: R18, S9 two rotations`, () => {})'), ['R18', 'S9'])
  assert.deepEqual(found("['E28 two spaces', 400]"), ['E28'])
  assert.deepEqual(found("// A1 isn't\n/* 'A2 nor this' */"), [])
  assert.deepEqual(found("const path = '/%C3%A9'; const curve = 'P-256'"), [])
})

function readCatalogue(text: string): ReadonlyMap<string, boolean> {
  const rows = [...text.matchAll(/^\| ([A-Z]\d{1,2}) \| (.*) \|$/gm)]
  const ids = rows.map(([, id = '']) => id)
  assert.ok(ids.length > 200)
  assert.equal(new Set(ids).size, ids.length, 'an id is in the catalogue twice')
  return new Map(rows.map(([, id = '', line = '']) => [id, / Not tested yet: needs \S/.test(line)]))
}

/** The ids in the titles of all test files, each with one of its files. */
function readTitles(): ReadonlyMap<string, string> {
  const files = globSync(['packages/*/test/**/*.ts', 'test/**/*.ts'], { cwd: root })
  return new Map(
    files
      .filter((file) => basename(file) !== basename(import.meta.filename))
      .flatMap((file) => [...idsIn(readFileSync(join(root, file), 'utf8'))].map((id) => [id, file] as const)),
  )
}

/**
 * Titles are string or template literals, in a call of `test` or in a table that such a call reads. An id is a separate word in one of them.
 */
function idsIn(code: string): ReadonlySet<string> {
  const tokens = code.match(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/.*|\/\*[\s\S]*?\*\//g) ?? []
  const literals = tokens.filter((token) => !token.startsWith('/'))
  return new Set(literals.flatMap((literal) => literal.match(/(?<=['"`\s])[A-S]\d{1,2}(?=['"`\s,:])/g) ?? []))
}
