/** The structure of the package: what files may import and use, one test for each rule. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

interface SourceFile {
  /** Relative to `src`, such as `jwt/header.ts`. */
  readonly path: string
  readonly text: string
  /** Files of the package relative to `src`, modules by name; of types as well, and those that are loaded later. */
  readonly imports: readonly string[]
}

const root = fileURLToPath(new URL('../src', import.meta.url))
const files: readonly SourceFile[] = globSync('**/*.ts', { cwd: root }).map((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier)
  const imports = specifiers.map((name) => (name.startsWith('.') ? join(dirname(path), name) : name))
  return { path, text, imports }
})

/** The folders in layers, the upper first: a file imports only from its own layer and the layers below. '' has no folder. */
const layers: readonly (readonly string[])[] = [
  ['adapters', 'cli'],
  ['explain', 'dpop', 'introspection', 'revocations', 'issuer', 'keys', 'jwt', ''],
]

function layerOf(path: string): number {
  const folder = path.includes('/') ? (path.split('/')[0] ?? '') : ''
  return layers.findIndex((folders) => folders.includes(folder))
}

/** The only folder that may use Node's own modules and globals. */
function mayUseNode({ path }: SourceFile): boolean {
  return path.startsWith('cli/')
}

/** What breaks the rule, with the file. */
function breaches(rule: (file: SourceFile) => readonly string[]): readonly string[] {
  return files.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`))
}

function assertNone(found: readonly string[]): void {
  assert.deepEqual(found, [])
}

test('the sources are found, and their imports read', () => {
  assert.ok(files.length > 50)
  const sources = files.find(({ path }) => path === 'sources.ts')
  assert.ok(sources?.imports.includes('jwt/jwt-source.ts'))
  assert.ok(sources?.imports.includes('revocations/revocations.ts'))
})

test('every file imports only files of the package, and the command line modules of Node', () => {
  const known = new Set(files.map(({ path }) => path))
  assertNone(
    breaches((file) =>
      file.imports.filter((name) => !known.has(name) && !(mayUseNode(file) && name.startsWith('node:'))),
    ),
  )
})

test('nothing imports an adapter or a command', () => {
  assertNone(
    breaches((file) => file.imports.filter((name) => name.endsWith('.ts') && layerOf(name) < layerOf(file.path))),
  )
  assertNone(files.filter(({ path }) => layerOf(path) === -1).map(({ path }) => path))
})

test('only the guard and its sources import what introspects and what follows revocations', () => {
  const isPart = (path: string) => /^(introspection|revocations)\//.test(path)
  const users = ['guard.ts', 'guard-options.ts', 'sources.ts', 'index.ts']
  assertNone(breaches(({ path, imports }) => (isPart(path) || users.includes(path) ? [] : imports.filter(isPart))))
})

test('the checks of a token import neither the issuer nor the guard', () => {
  const below = (path: string) => /^(jwt|keys)\//.test(path)
  const above =
    /^(issuer|introspection|revocations|dpop|explain)\/|^(guard|guard-options|resolve-guard-options|sources|rejection-response)\.ts$/
  assertNone(
    breaches(({ path, imports }) =>
      below(path) && path !== 'keys/remote-keys.ts' ? imports.filter((name) => above.test(name)) : [],
    ),
  )
})

test('there are no cycles', () => {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]))
  const finished = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    if (trail.includes(path) || finished.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    finished.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  assertNone(cycles)
})

test('only an entry of the package re-exports', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const entries = Object.values<{ source: string }>(manifest.exports).map(({ source }) => source.replace('./src/', ''))
  const isEntry = ({ path }: SourceFile) => entries.includes(path) || path === 'guard.ts'
  assertNone(breaches((file) => (isEntry(file) ? [] : (file.text.match(/^export .* from '.*'/gm) ?? []))))
})

test('no file uses a global that only Node has', () => {
  const nodeGlobal = /\b(Buffer|process|require|global|setImmediate|__dirname)\b(?!')/g
  assertNone(
    breaches((file) => {
      const code = file.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return mayUseNode(file) ? [] : (code.match(nodeGlobal) ?? [])
    }),
  )
})

test('no file has more than 300 lines', () => {
  assertNone(files.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path))
})

test('the package has no dependencies', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.deepEqual([manifest.dependencies, manifest.peerDependencies], [undefined, undefined])
})

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
