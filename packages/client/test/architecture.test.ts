/** The import graph of the package: which folder may import which, no cycles, and web standards alone except where Node is the point. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }

interface SourceFile {
  readonly path: string
  readonly text: string
  /** Specifiers as they are written. */
  readonly specifiers: readonly string[]
  /** The files of the package among them, as paths in `src/`. */
  readonly imports: readonly string[]
}

const source = new URL('../src/', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map(readSource)

/** The layers, from the bottom: what each may import beside itself. `.` is the root of `src/`, but for the errors, which all know. */
const directions: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  oauth: ['errors.ts'],
  tokens: ['errors.ts', 'oauth'],
  options: ['errors.ts', 'oauth', 'tokens'],
  '.': ['errors.ts', 'oauth', 'tokens', 'options'],
  server: ['errors.ts', 'oauth', 'tokens', 'options', '.'],
  node: ['errors.ts', 'oauth', 'tokens', 'options', '.'],
  adapters: ['oauth', 'server'],
}

/** Files that may use Node's own modules and globals: files and terminals, and frameworks that are built on node:http. */
const needsNode = /^(node\/|adapters\/(express|fastify|node-message)\.ts$)/

const entries = Object.values(manifest.exports).map((entry) => entry.source.replace('./src/', ''))

function readSource(path: string): SourceFile {
  const text = readFileSync(new URL(path, source), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier)
  const imports = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => new URL(specifier, new URL(path, source)).href.slice(source.href.length))
  return { path, text, specifiers, imports }
}

function layerOf(path: string): string {
  if (path === 'errors.ts') return path
  return path.includes('/') ? (path.split('/')[0] ?? '') : '.'
}

/** `path -> specifier` of every import for which `isWrong` holds. */
function wrongImports(isWrong: (file: SourceFile, imported: string) => boolean): readonly string[] {
  return files.flatMap((file) =>
    file.imports.filter((imported) => isWrong(file, imported)).map((imported) => `${file.path} -> ${imported}`),
  )
}

/** The first cycle in a graph, as the path that leads back to its beginning; `undefined` when there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const finished = new Set<string>()
  const visit = (node: string, trail: readonly string[]): readonly string[] | undefined => {
    if (finished.has(node)) return undefined
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node]
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node])
      if (cycle !== undefined) return cycle
    }
    finished.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const cycle = visit(node, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

test('a cycle is found, and a graph without one has none', () => {
  assert.deepEqual(findCycle(new Map(Object.entries({ a: ['b', 'c'], b: ['d'], c: ['d'], d: ['b'] }))), ['b', 'd', 'b'])
  assert.equal(findCycle(new Map(Object.entries({ a: ['b', 'c'], b: ['d'], c: ['d'] }))), undefined)
})

test('no import leads back to where it began, types included', () => {
  assert.ok(files.length > 50)
  const known = new Set(files.map(({ path }) => path))
  assert.deepEqual(
    wrongImports((_file, imported) => !known.has(imported)),
    [],
  )
  assert.equal(findCycle(new Map(files.map(({ path, imports }) => [path, imports])))?.join(' -> '), undefined)
})

test('every layer imports only from layers below it', () => {
  const isWrong = (file: SourceFile, imported: string): boolean => {
    const [from, to] = [layerOf(file.path), layerOf(imported)]
    return from !== to && !directions[from]?.includes(to)
  }
  assert.deepEqual(wrongImports(isWrong), [])
  assert.equal(findCycle(new Map(Object.entries(directions))), undefined)
})

test('nothing imports an entry but an adapter, which imports the web login as an app does', () => {
  const isWrong = (file: SourceFile, imported: string): boolean =>
    entries.includes(imported) && !(file.path.startsWith('adapters/') && imported === 'server/index.ts')
  assert.deepEqual(wrongImports(isWrong), [])
})

test('nothing is imported but files of the package, and modules of Node where Node is the point', () => {
  const isForeign = (path: string, specifier: string): boolean =>
    !/^\.{1,2}\/[a-z0-9/.-]+\.ts$/.test(specifier) && !(needsNode.test(path) && /^node:[a-z/_]+$/.test(specifier))
  const foreign = files.flatMap(({ path, specifiers }) =>
    specifiers.filter((specifier) => isForeign(path, specifier)).map((specifier) => `${path} -> ${specifier}`),
  )
  assert.deepEqual(foreign, [])
})

test('globals of Node are used only where Node is the point', () => {
  const usesNode = ({ text }: SourceFile): boolean =>
    /\b(Buffer|process|require|global|setImmediate|__dirname)\b(?!')/.test(
      text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
    )
  assert.deepEqual(
    pathsOf((file) => !needsNode.test(file.path) && usesNode(file)),
    [],
  )
})

test('nothing is written to the console, but failures of a web login without onError', () => {
  assert.deepEqual(
    pathsOf(({ path, text }) => !needsNode.test(path) && /\bconsole\./.test(text)),
    ['server/report.ts'],
  )
})

test('every file has at most 300 lines', () => {
  assert.deepEqual(
    pathsOf(({ text }) => text.split('\n').length > 300),
    [],
  )
})

test('the core entry exports what the contract names, and nothing else', async () => {
  const entry = await import('../src/index.ts')
  assert.deepEqual(Object.keys(entry).sort(), ['ClientError', 'createClient', 'memoryStorage', 'webStorage'])
})

function pathsOf(isWrong: (file: SourceFile) => boolean): readonly string[] {
  return files.filter(isWrong).map(({ path }) => path)
}
