/**
 * What each package exports is what exports.txt says. After a change that is meant, write it again and look at the difference:
 * `npm test -- test/packages/exports.test.ts --test-update-snapshots`
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildPackages, type Manifest, manifestOf, type PackageFolder, packageFolders } from '../support/packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const listed = fileURLToPath(new URL('exports.txt', import.meta.url))

interface Entry {
  /** What programs import, such as `@countersign/guard/hono`. */
  readonly name: string
  /** The path of its declarations. */
  readonly types: string
  /** The path of its code. */
  readonly code: string
}

interface Exports {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

before(buildPackages)

test('the exports are those in exports.txt', (t) => {
  const lines = entries().flatMap((entry) => {
    const { values, types } = declaredExports(readFileSync(entry.types, 'utf8'))
    return [entry.name, ...values.map((name) => `  ${name}`), ...types.map((name) => `  type ${name}`), '']
  })
  t.assert.fileSnapshot(lines.join('\n'), listed, { serializers: [String] })
})

for (const entry of entries()) {
  test(`${entry.name} declares exactly what it exports`, async () => {
    const { values } = declaredExports(readFileSync(entry.types, 'utf8'))
    assert.deepEqual(values, Object.keys(await import(pathToFileURL(entry.code).href)).sort())
  })
}

test('exports are found in each form, and an unknown form is an error', () => {
  const text = `export { b, type C, d as e } from './b.ts';
export type { F, } from './f.ts';
export declare function a(): void;
export interface G {}`
  assert.deepEqual(declaredExports(text), { values: ['a', 'b', 'e'], types: ['C', 'F', 'G'] })
  assert.throws(() => declaredExports("export * from './b.ts';"), /export \*/)
})

function entries(): readonly Entry[] {
  return packageFolders.flatMap((folder) => entriesIn(folder, manifestOf(folder)))
}

function entriesIn(folder: PackageFolder, { name, exports }: Manifest): readonly Entry[] {
  const path = (file: string) => join(root, 'packages', folder, file)
  return Object.entries(exports).map(([entry, { types, default: code }]) => {
    return { name: `${name}${entry.slice(1)}`, types: path(types), code: path(code) }
  })
}

/** The names that a file of declarations exports, in alphabetical order. */
function declaredExports(declarations: string): Exports {
  const found = [...declarations.matchAll(/^export .*$/gm)].flatMap(([line]) => exportsIn(line))
  const names = (isType: boolean) => found.filter((one) => one.isType === isType).map(({ name }) => name)
  return { values: names(false).sort(), types: names(true).sort() }
}

function exportsIn(line: string): readonly { readonly name: string; readonly isType: boolean }[] {
  const [, keyword, list] = /^export (type )?\{ (.*) \}/.exec(line) ?? []
  if (list !== undefined) {
    const items = list.split(',').map((item) => item.trim())
    return items.flatMap((item) => {
      const [name] = /[\w$]+$/.exec(item) ?? []
      return name === undefined ? [] : [{ name, isType: keyword !== undefined || item.startsWith('type ') }]
    })
  }
  const [, kind, name] =
    /^export (?:declare )?(?:abstract )?(function|const|class|interface|type) ([\w$]+)/.exec(line) ?? []
  assert.ok(name !== undefined, `this form of export is not known: ${line}`)
  return [{ name, isType: kind === 'interface' || kind === 'type' }]
}
