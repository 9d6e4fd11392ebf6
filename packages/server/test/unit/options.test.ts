import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Options } from '../../src/config/options.ts'
import { OptionsError } from '../../src/config/options-error.ts'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { testSecret } from '../support/server.ts'

function problemsOf(options: object): readonly string[] {
  try {
    // What JavaScript may pass.
    resolveOptions({ secretKey: testSecret, ...options } as Options)
    return []
  } catch (error) {
    assert.ok(error instanceof OptionsError)
    return error.problems.map(({ option, message }) => `${option} ${message}`)
  }
}

const misspelt: readonly [key: string, hint: string][] = [
  ['algoritm', 'algorithm'],
  ['Issuer', 'issuer'],
  ['accesTokenExpireMinutes', 'accessTokenExpireMinutes'],
  ['trustedProxie', 'trustedProxies'],
  ['demos', 'demo'],
  ['cleints', 'clients'],
]
for (const [key, hint] of misspelt) {
  test(`an unknown option is an error: ${key}`, () => {
    assert.deepEqual(problemsOf({ [key]: 'x' }), [`${key} is not an option: did you mean ${hint}?`])
  })
}

test('an unknown option without a similar name gets no suggestion', () => {
  assert.deepEqual(problemsOf({ colour: 'x' }), ['colour is not an option'])
})

test('all problems are reported, a weak secret too', () => {
  const problems = problemsOf({ secretKey: 'short', algorithm: 'none', issuer: 'ftp://x' })
  assert.deepEqual(
    problems.map((problem) => problem.split(' ')[0]),
    ['secretKey', 'algorithm', 'issuer'],
  )
})

test('Q17 issuers are https, or http on a loopback host', () => {
  for (const issuer of [
    'https://login.example.com',
    'https://example.com/tenant',
    'http://localhost:8000',
    'http://[::1]:1',
    'http://127.0.0.2',
  ]) {
    assert.deepEqual(problemsOf({ issuer }), [], issuer)
  }
  for (const issuer of [
    'http://example.com',
    'http://127.example.com',
    'https://a@example.com',
    'https://example.com/#',
    'example.com',
  ]) {
    assert.equal(problemsOf({ issuer }).length, 1, issuer)
  }
})

test('unsafeHttpHosts allow http for the issuer and for redirect URIs, and nothing else', () => {
  const unsafeHttpHosts = ['auth', 'app.internal']
  const clients = (uri: string) => [{ client_id: 'app', client_secret: 'x'.repeat(40), redirect_uris: [uri] }]
  for (const valid of [
    { issuer: 'http://auth:8000' },
    { issuer: 'http://app.internal/tenant' },
    { clients: clients('http://app.internal:3000/cb') },
  ]) {
    assert.deepEqual(problemsOf({ unsafeHttpHosts, ...valid }), [], JSON.stringify(valid))
    assert.equal(problemsOf(valid).length, 1)
  }
  for (const wrong of [
    { issuer: 'http://auth.evil.example' },
    { issuer: 'ftp://auth' },
    { clients: clients('http://app/cb') },
    { clients: clients('http://auth@evil.example/cb') },
    { clients: [{ ...clients('https://app.example.com/cb')[0], logo_uri: 'http://auth/logo.png' }] },
    { unsafeHttpHosts: ['http://auth'] },
    { unsafeHttpHosts: ['auth:8000'] },
    { unsafeHttpHosts: ['*'] },
    { unsafeHttpHosts: ['Auth'] },
    { unsafeHttpHosts: 'auth' },
  ]) {
    assert.equal(problemsOf({ unsafeHttpHosts, ...wrong }).length, 1, JSON.stringify(wrong))
  }
})

test('an issuer that is not a normalized URL is rejected, and the message has the normalized one', () => {
  for (const issuer of ['https://example.com/', 'https://example.com/tenant/', 'https://example.com:8443/a%2fb']) {
    assert.deepEqual(problemsOf({ issuer }), [], issuer)
  }
  for (const [issuer, clean] of [
    ['https://EXAMPLE.com', 'https://example.com'],
    ['https://example.com:443/tenant', 'https://example.com/tenant'],
    ['http://localhost:80', 'http://localhost'],
    ['https://example.com/a%2fb/../c', 'https://example.com/c'],
    ['https:\\\\example.com', 'https://example.com'],
    [' https://example.com', 'https://example.com'],
  ] as const) {
    assert.deepEqual(problemsOf({ issuer }), [`issuer must be written as ${clean}`])
  }
  for (const issuer of ['https://example.com//evil', 'https://example.com/a//', 'https://example.com//']) {
    assert.deepEqual(problemsOf({ issuer }), ['issuer must not have // in its path'])
  }
})

test('lifetimes are whole seconds, and an idle lifetime does not exceed the absolute one', () => {
  assert.deepEqual(problemsOf({ refreshTokenIdleLifetime: 100, refreshTokenLifetime: 100, refreshTokenGrace: 0 }), [])
  assert.deepEqual(problemsOf({ refreshTokenIdleLifetime: 101, refreshTokenLifetime: 100 }), [
    'refreshTokenIdleLifetime must not exceed refreshTokenLifetime',
  ])
  assert.deepEqual(problemsOf({ sessionLifetime: 100 }), ['sessionIdleLifetime must not exceed sessionLifetime'])
  for (const option of ['refreshTokenLifetime', 'sessionLifetime', 'keyRotationInterval', 'clientSecretGrace']) {
    assert.match(problemsOf({ [option]: 1.5 }).join(), new RegExp(`^${option} must be a whole number`))
    assert.match(problemsOf({ [option]: -1 }).join(), new RegExp(`^${option} must`))
  }
  assert.match(problemsOf({ refreshTokenGrace: 301 }).join(), /^refreshTokenGrace must be at most 300/)
  assert.match(problemsOf({ keyRotationInterval: 3599 }).join(), /^keyRotationInterval must be at least 3600/)
})

test("scopes have the deployment's own names and sentences", () => {
  const own = resolveOptions({ secretKey: testSecret, scopes: { 'read:x': 'Read x.' } })
  assert.deepEqual(own.defaultScopes, ['read:x'])
  assert.deepEqual(resolveOptions({ secretKey: testSecret }).defaultScopes, [])
  assert.deepEqual(resolveOptions({ secretKey: testSecret, demo: true }).defaultScopes, ['me', 'items'])
  for (const scopes of [
    { 'a b': 'x' },
    { 'a"': 'x' },
    { openid: 'x' },
    { a: '' },
    { a: 'x'.repeat(201) },
    { a: 1 },
    'a',
  ]) {
    assert.match(problemsOf({ scopes }).join('\n'), /^scopes (must|has)/)
  }
})

test('a brand has a name, a logo from a safe URL and plain colours', () => {
  const { brand } = resolveOptions({
    secretKey: testSecret,
    brand: { name: 'Acme', logoUri: '/logo.svg', colors: { accent: '#0a7' } },
  })
  assert.deepEqual(brand, {
    name: 'Acme',
    logoUri: '/logo.svg',
    logoDarkUri: undefined,
    faviconUri: undefined,
    accent: '#0a7',
    accentDark: '#0a7',
    font: undefined,
    radius: 10,
    links: [],
    support: undefined,
  })
  for (const logoUri of [
    '//evil.example/x',
    'javascript:alert(1)',
    'data:image/svg+xml,x',
    'logo.svg',
    '/a b',
    '/\\evil',
  ]) {
    assert.match(problemsOf({ brand: { logoUri } }).join(), /^brand\.logoUri must/, logoUri)
  }
  for (const accent of ['red', '#12', '#1234567', 'url(x)', '#fff;}']) {
    assert.match(
      problemsOf({ brand: { colors: { accent } } }).join(),
      /^brand\.colors\.accent must be a colour/,
      accent,
    )
  }
  assert.deepEqual(problemsOf({ brand: { colour: 'x' } }), ['brand.colour is not an option: did you mean colors?'])
  assert.deepEqual(problemsOf({ brand: { logoURI: '/x' } }), ['brand.logoURI is not an option: did you mean logoUri?'])
})

test('a brand may have a dark logo, an icon, a font, a radius, links and an address for help', () => {
  const brand = {
    logoDarkUri: '/dark.svg',
    faviconUri: 'https://static.example.com/icon.png',
    font: { family: 'Acme Sans', uri: '/acme.woff2' },
    radius: 0,
    links: [{ label: 'Imprint', uri: 'https://example.com/imprint' }],
    support: 'help@example.com',
  }
  const resolved = resolveOptions({ secretKey: testSecret, brand }).brand
  for (const [name, value] of Object.entries(brand)) assert.deepEqual(Reflect.get(resolved, name), value, name)
  for (const [member, values] of Object.entries({
    logoDarkUri: ['javascript:x', '//evil.example/x'],
    faviconUri: ['data:image/png;base64,AAAA', 'icon.png'],
    'font.family': ['x"; }', '', 'a, b', 'url(x)'].map((family) => ({ family })),
    'font.uri': ['javascript:x', 'x.woff2'].map((uri) => ({ family: 'x', uri })),
    radius: [-1, 25, 1.5, '4'],
    links: [
      'x',
      [{}],
      [{ label: '', uri: 'https://x' }],
      [{ label: 'x', uri: 'javascript:x' }],
      [{ label: { ru: 'x' }, uri: 'https://x' }],
    ],
    support: [
      'nobody',
      'javascript:x',
      'a@b',
      'a b@example.com',
      'mailto:help@example.com',
      'x@example.com?cc=y@example.com',
    ],
  })) {
    const [name = ''] = member.split('.')
    for (const value of values) {
      const problems = problemsOf({ brand: { [name]: value } })
      assert.ok(problems.length > 0, `${member} ${JSON.stringify(value)}`)
      for (const problem of problems) assert.ok(problem.startsWith(`brand.${member}`), problem)
    }
  }
  assert.deepEqual(problemsOf({ brand: { font: { familly: 'x', family: 'x' } } }), [
    'brand.font.familly is not an option: did you mean family?',
  ])
})

test('a scope may have a sentence for each language', () => {
  assert.deepEqual(problemsOf({ scopes: { a: { en: 'Read a.', ru: 'Читать a.', ja: 'a を読む。' } } }), [])
  for (const sentence of [
    { ru: 'x' },
    { en: '' },
    { en: 'x', ru: 'x'.repeat(201) },
    { en: 'x', fr: 'x' },
    { en: 1 },
    ['x'],
    7,
  ]) {
    assert.match(problemsOf({ scopes: { a: sentence } }).join('\n'), /^scopes/, JSON.stringify(sentence))
  }
})

test('a problem with a declared client is reported with its place', () => {
  assert.deepEqual(problemsOf({ clients: [{ client_id: 'app', token_endpoint_auth_method: 'none' }] }), [
    'clients[0].redirect_uris is missing: grant_types has authorization_code, which needs at least one',
  ])
  assert.match(problemsOf({ clients: ['app'] }).join(), /^clients must be/)
})

test('resources are absolute URIs without a fragment, each once and in normalized form (RFC 8707 §2)', () => {
  const good = [
    'https://api.example.com',
    'https://mcp.example.com/mcp',
    'urn:example:reports',
    'api://reports',
    'http://x/',
  ]
  assert.deepEqual(problemsOf({ resources: good }), [])
  for (const [resources, problem] of [
    [['https://api.example.com/#x'], 'has "https://api.example.com/#x", which must not have a fragment (#)'],
    [['/api'], 'has "/api", which must be absolute, such as https://api.example.com'],
    [['api.example.com'], 'has "api.example.com", which must be absolute, such as https://api.example.com'],
    [['https://'], 'has "https://", which must be absolute, such as https://api.example.com'],
    [['https://API.example.com'], 'has "https://API.example.com", which must be written as https://api.example.com/'],
    [['https://x:443/a/../b'], 'has "https://x:443/a/../b", which must be written as https://x/b'],
    [['https://x', 'https://x/'], 'has "https://x/" twice'],
    [['urn:a', 'urn:a'], 'has "urn:a" twice'],
    [[7], 'must be URIs'],
    ['https://x', 'must be a list of URIs'],
  ] as const) {
    assert.deepEqual(problemsOf({ resources }), [`resources ${problem}`])
  }
  assert.match(problemsOf({ resources: ['https://a b'] })[0] ?? '', /which must not contain spaces/)
})

test('under HS256 no resources can be set', () => {
  assert.deepEqual(problemsOf({ algorithm: 'HS256', resources: ['https://x'] }), [
    'resources cannot be set under HS256, whose tokens have no aud: remove it, or choose ES256',
  ])
})

test('the reserve leaves connections to what writes, and a wait for a lock ends before its statement', () => {
  const valid = { databasePoolSize: 2, databaseReserve: 1, databaseStatementTimeout: 1, databaseLockTimeout: 1 }
  assert.deepEqual(problemsOf(valid), [])
  assert.deepEqual(problemsOf({ databasePoolSize: 4, databaseReserve: 4, databaseLockTimeout: 4 }), [
    'databaseReserve must be less than databasePoolSize',
    'databaseLockTimeout must not exceed databaseStatementTimeout',
  ])
  assert.deepEqual(problemsOf({ databasePoolSize: 1, databaseWaitTimeout: 0.5 }), [
    'databasePoolSize must be at least 2 (connections)',
    'databaseWaitTimeout must be a whole number of seconds',
  ])
  const reserveOf = (databasePoolSize: number) =>
    resolveOptions({ secretKey: testSecret, databasePoolSize }).databaseReserve
  assert.deepEqual([2, 4, 10, 20].map(reserveOf), [0, 1, 3, 6])
})
