/** The directions that must never be: docs/architecture.md, numbered as there. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../..', import.meta.url))

interface SourceFile {
  /** Relative to its package's `src`, such as `oauth/form.ts`. */
  readonly path: string
  /** `domain`, `http`, ... or the file's own name at the top. */
  readonly folder: string
  readonly text: string
  /** What it imports: files of ours relative to `src`, packages by name. */
  readonly imports: readonly string[]
}

const server = readSources('server')

function readSources(name: string): readonly SourceFile[] {
  const root = join(packages, name, 'src')
  return globSync('**/*.ts', { cwd: root }).map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const specifiers = [
      ...text.matchAll(/(?:^|\s)(?:import|export)\s(?:[^'"]*?from\s+)?'([^']+)'|import\('([^']+)'\)/g),
    ].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '')
    const imports = specifiers.map((specifier) =>
      specifier.startsWith('.') ? relative(root, join(root, dirname(path), specifier)) : specifier,
    )
    return { path, folder: path.split('/')[0] ?? path, text, imports }
  })
}

/** The code without its comments. */
function code({ text }: SourceFile): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

function breaches(rule: (file: SourceFile) => readonly string[]): readonly string[] {
  return server.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`))
}

const isInside = (folders: readonly string[]) => (path: string) =>
  folders.some((folder) => path.startsWith(`${folder}/`))

test('the sources were found and their imports read', () => {
  assert.ok(server.length > 50)
  assert.ok(server.find((file) => file.path === 'routes.ts')?.imports.includes('endpoints/token.ts'))
})

test('1. domain/ imports only domain/', () => {
  const found = breaches((file) =>
    file.folder === 'domain' ? file.imports.filter((path) => !isInside(['domain'])(path)) : [],
  )
  assert.deepEqual(found, [])
})

test('2. the protocol never imports HTTP, a database driver, pages or commands', () => {
  const protocol = isInside([
    'oauth',
    'authorize',
    'endpoints',
    'grants',
    'tokens',
    'token-status',
    'keys',
    'passwords',
    'clients',
    'users',
    'login',
    'logout',
  ])
  const forbidden = (path: string) =>
    /^(hono|pg|kysely|mysql2|mongodb|node:http|node:sqlite)(\/|$)/.test(path) ||
    isInside(['http', 'pages', 'admin', 'cli'])(path)
  // The databases of others: docs/decisions/0080-sql-of-directories.md.
  const isDriver = isInside(['users/directories/mongodb', 'users/directories/sql'])
  const found = breaches((file) => {
    const isJudged = protocol(file.path) && !isDriver(file.path)
    return isJudged ? file.imports.filter(forbidden) : []
  })
  assert.deepEqual(found, [])
})

test('3. nothing imports a handler but the route table', () => {
  const rooms = isInside(['authorize', 'browser', 'demo', 'developer', 'endpoints', 'logout'])
  const handlers = (server.find((file) => file.path === 'routes.ts')?.imports ?? []).filter(rooms)
  assert.ok(handlers.includes('authorize/authorize.ts'))
  const found = breaches((file) =>
    file.path === 'routes.ts' ? [] : file.imports.filter((path) => handlers.includes(path)),
  )
  assert.deepEqual(found, [])
})

test('4. a grant never imports a grant, an endpoint never an endpoint', () => {
  const found = breaches((file) => {
    const isTable = file.path === 'grants/index.ts'
    if (isTable || (file.folder !== 'grants' && file.folder !== 'endpoints')) return []
    return file.imports.filter(
      (path) => path.startsWith(`${file.folder}/`) && path !== 'grants/grant-handler.ts' && path !== 'grants/index.ts',
    )
  })
  assert.deepEqual(found, [])
})

test('5. pages/ imports only pages/ and the template tag', () => {
  const found = breaches((file) =>
    file.folder === 'pages' ? file.imports.filter((path) => path !== 'hono/html' && !isInside(['pages'])(path)) : [],
  )
  assert.deepEqual(found, [])
})

const confined: readonly { what: string; pattern: RegExp; places: readonly string[] }[] = [
  {
    what: '6. SQL',
    pattern: /\b(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`|'kysely|'pg'|'mysql2|'node:sqlite'/,
    places: ['store/', 'users/directories/sql/'],
  },
  { what: '6. Set-Cookie', pattern: /set-cookie/i, places: ['http/cookies.ts'] },
  {
    what: '6. error bodies',
    pattern: /error_description:/,
    places: ['http/respond.ts', 'authorize/authorization-response.ts', 'openapi/schemas.ts'],
  },
  {
    what: '6. signing',
    pattern: /\bSignJWT\b|\bCompactSign\b|subtle\.sign|\bcreateSign\b|\bsign\b[^}]*\} from 'node:crypto'/,
    places: ['keys/'],
  },
  { what: '7. the environment', pattern: /process\.env/, places: ['cli/config.ts', 'cli/young-generation.ts'] },
  { what: '7. the clock', pattern: /Date\.now|new Date\(\)/, places: ['environment.ts'] },
  {
    what: '7. randomness',
    pattern: /Math\.random|randomBytes|randomUUID|getRandomValues/,
    // The demo app's script runs in the browser.
    places: ['environment.ts', 'passwords/', 'pages/demo-script.ts'],
  },
]

for (const { what, pattern, places } of confined) {
  test(`${what} stands only in ${places.join(', ')}`, () => {
    const found = server
      .filter((file) => !places.some((place) => file.path.startsWith(place)) && pattern.test(code(file)))
      .map((file) => file.path)
    assert.deepEqual(found, [])
  })
}

test('8. store/ never throws OAuthError', () => {
  const found = breaches((file) =>
    file.folder === 'store' ? file.imports.filter((path) => path.startsWith('oauth/')) : [],
  )
  assert.deepEqual(found, [])
})

test("9. no package imports another's sources by path, and guard imports nothing of ours", () => {
  const outside = breaches((file) => file.imports.filter((path) => path.startsWith('..')))
  assert.deepEqual(outside, [])
  const ours = readSources('guard').flatMap((file) => file.imports.filter((path) => /countersign|^\.\./.test(path)))
  assert.deepEqual(ours, [])
})

test('10. there are no cycles', () => {
  const graph = new Map(server.map((file) => [file.path, file.imports.filter((path) => path.endsWith('.ts'))]))
  const finished = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    if (trail.includes(path) || finished.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    finished.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  assert.deepEqual(cycles, [])
})

test('docs/architecture.md has a row for every folder and every loose file', () => {
  const page = readFileSync(join(packages, '../docs/architecture.md'), 'utf8')
  const rooms = new Set(server.map(({ path, folder }) => (path.includes('/') ? `${folder}/` : folder)))
  assert.deepEqual(
    [...rooms].filter((room) => !page.includes(`\`${room}\``)),
    [],
  )
})

test('at most eight files are loose in the root', () => {
  const loose = server.filter((file) => !file.path.includes('/')).map((file) => file.path)
  assert.ok(loose.length <= 8, loose.join())
})

test('no file has more than 300 lines', () => {
  const long = server.filter((file) => file.text.split('\n').length > 300).map((file) => file.path)
  assert.deepEqual(long, [])
})

test('11. only the adapters, the entries and the test kit know the handle, and nothing knows the test kit', () => {
  const found = breaches((file) => {
    const mayKnow = ['adapters', 'handle', 'testing', 'index.ts'].includes(file.folder)
    const handle = mayKnow ? [] : file.imports.filter(isInside(['handle', 'adapters']))
    const kit = file.folder === 'testing' ? [] : file.imports.filter(isInside(['testing']))
    return [...handle, ...kit]
  })
  assert.deepEqual(found, [])
})

test('12. no statement reads all columns of a table, except for a backup', () => {
  const found = breaches((file) => {
    if (file.path.endsWith('-snapshot.ts')) return []
    return [...code(file).matchAll(/selectAll|returningAll|select \*|returning \*/gi)].map(([what]) => what)
  })
  assert.deepEqual(found, [])
})
