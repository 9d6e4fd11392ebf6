/** `countersign clients` and `countersign.config.ts`, as an operator uses them: on both databases. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const secretKey = 'b1946ac92492d2347c6235b4d2611184f3a0c7d1'
const declaredSecret = 'the secret of the declared client'
const configFile = fileURLToPath(new URL('./support/countersign.config.ts', import.meta.url))

function secretOf(stdout: string): string {
  return /^client_secret {2}([\w-]{43})$/m.exec(stdout)?.[1] ?? ''
}

async function tokenStatus(origin: string, id: string, secret: string): Promise<number> {
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return response.status
}

for (const kind of databaseKinds) {
  test(`${kind}: a client is added, gets tokens, gets a new secret, is disabled, enabled, shown and deleted`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url }
    const clients = (...args: string[]) => runCommand(['clients', ...args], environment)
    const dev = await startCommand(t, ['dev'], environment)

    const added = await clients('add', 'billing', '--grant-type', 'client_credentials', '--client-name', 'Billing')
    assert.match(added.stdout, /^Added billing\.$/m)
    const first = secretOf(added.stdout)
    assert.equal(await tokenStatus(dev.origin, 'billing', first), 200)
    assert.match(
      (await clients('add', 'billing', '--grant-type', 'client_credentials')).stderr,
      /^A client billing already exists/,
    )

    const rotated = await clients('rotate-secret', 'billing')
    assert.match(rotated.stdout, /The former one works until \d{4}-/)
    const second = secretOf(rotated.stdout)
    assert.equal(await tokenStatus(dev.origin, 'billing', first), 200)
    assert.equal(await tokenStatus(dev.origin, 'billing', second), 200)
    const third = secretOf((await clients('rotate-secret', 'billing', '--now')).stdout)
    assert.equal(await tokenStatus(dev.origin, 'billing', second), 401)
    assert.equal(await tokenStatus(dev.origin, 'billing', third), 200)

    assert.equal((await clients('disable', 'billing')).stdout, 'Disabled billing.\n')
    assert.equal(await tokenStatus(dev.origin, 'billing', third), 401)
    assert.equal((await clients('enable', 'billing')).stdout, 'Enabled billing.\n')
    assert.equal(await tokenStatus(dev.origin, 'billing', third), 200)

    assert.equal(
      (await clients('update', 'billing', '--client-name', 'Invoices', '--scope', 'items')).stdout,
      'Updated billing.\n',
    )
    const shown = (await clients('show', 'billing')).stdout
    assert.match(shown, /^client_name +Invoices$/m)
    assert.match(shown, /^scope +items$/m)
    assert.match(shown, /^grant_types +client_credentials$/m)
    assert.equal(
      [first, second, third].some((secret) => secret === '' || shown.includes(secret)),
      false,
    )
    assert.equal(
      (await clients('list')).stdout,
      'billing\tInvoices\tclient_secret_basic\tclient_credentials\tenabled\tdatabase\n',
    )

    assert.deepEqual(await clients('delete', 'billing', 'billing', '--yes'), {
      code: 0,
      stdout: 'Deleted billing.\n',
      stderr: '',
    })
    assert.equal(await tokenStatus(dev.origin, 'billing', third), 401)
    assert.match((await clients('show', 'billing')).stderr, /There is no client "billing"/)
  })
}

test('a client without an id gets one, and a public client gets no secret until it is no longer public', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const clients = (...args: string[]) => runCommand(['clients', ...args], environment)
  await runCommand(['migrate'], environment)
  const added = await clients(
    'add',
    '--public',
    '--redirect-uri',
    'https://a.example/cb',
    '--redirect-uri',
    'http://localhost:5173/cb',
  )
  const id = /^client_id {6}([0-9a-f-]{36})$/m.exec(added.stdout)?.[1] ?? ''
  assert.notEqual(id, '')
  assert.equal(secretOf(added.stdout), '')
  assert.match(
    (await clients('show', id)).stdout,
    /^redirect_uris +https:\/\/a\.example\/cb http:\/\/localhost:5173\/cb$/m,
  )
  assert.match((await clients('rotate-secret', id)).stderr, /has no secret: its token_endpoint_auth_method is none/)
  const updated = await clients('update', id, '--token-endpoint-auth-method', 'client_secret_post', '--no-require-pkce')
  assert.notEqual(secretOf(updated.stdout), '')
  assert.match((await clients('show', id)).stdout, /^require_pkce +false$/m)
})

test('all problems with a client are reported at once, with their flags', async (t) => {
  const itemsConfig = fileURLToPath(new URL('../support/items.config.ts', import.meta.url))
  const environment = { DATA_DIR: temporaryFolder(t), COUNTERSIGN_CONFIG: itemsConfig }
  await runCommand(['migrate'], environment)
  const rejected: readonly (readonly [args: readonly string[], message: RegExp, code?: 2])[] = [
    [
      ['--redirect-uri', 'http://a.example/cb', '--scope', 'item'],
      /^--redirect-uri must begin[^\n]*\n--scope has "item"[^\n]*items\?$/m,
    ],
    [['--grant-type', 'implicit'], /^--grant-type must be one of authorization_code/],
    [['--redirect-url', 'x'], /Unknown flag '--redirect-url'\. Did you mean --redirect-uri\?$/m, 2],
    [['--public', '--token-endpoint-auth-method', 'none'], /use one of them/, 2],
    [['a', 'b'], /^Too many arguments/m, 2],
    [['a b'], /^client_id must be 1 to 512/],
  ]
  for (const [args, message, code = 1] of rejected) {
    const ended = await runCommand(['clients', 'add', ...args], environment)
    assert.equal(ended.code, code, args.join(' '))
    assert.match(ended.stderr, message, args.join(' '))
  }
  assert.match((await runCommand(['clients', 'disable', 'nobody'], environment)).stderr, /There is no client "nobody"/)
  assert.equal((await runCommand(['clients', 'list'], environment)).stdout, '')
})

test('clients declared in countersign.config.ts get tokens, are listed, and can only be changed there', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), COUNTERSIGN_CONFIG: configFile, DECLARED_SECRET: declaredSecret }
  const dev = await startCommand(t, ['dev'], environment)
  assert.equal(await tokenStatus(dev.origin, 'declared', declaredSecret), 200)
  const listed = await runCommand(['clients', 'list'], environment)
  assert.equal(
    listed.stdout,
    'declared\tdeclared\tclient_secret_basic\tclient_credentials\tenabled\tcountersign.config.ts\n',
  )
  assert.match(
    (await runCommand(['clients', 'show', 'declared'], environment)).stdout,
    /^kept_in +countersign\.config\.ts$/m,
  )
  for (const args of [
    ['update', 'declared', '--client-name', 'x'],
    ['rotate-secret', 'declared'],
    ['disable', 'declared'],
    ['delete', 'declared'],
    ['add', 'declared', '--grant-type', 'client_credentials'],
  ]) {
    const ended = await runCommand(['clients', ...args], environment)
    assert.equal(ended.stderr, 'declared is declared in countersign.config.ts: change it there.\n')
  }
})

async function serveWith(t: TestContext, name: string, content: string, environment: Environment = {}) {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, name), content)
  return await runCommand(['serve'], { DATA_DIR: folder, SECRET_KEY: secretKey, ...environment }, '', folder)
}

const notAnError = /^countersign\.config\.mjs cannot be loaded: it throws a value that is not an error\n$/

const broken: readonly (readonly [what: string, content: string, message: RegExp])[] = [
  [
    'a misspelt option',
    'export default { algoritm: "ES256", x: 1 }',
    /^countersign\.config\.mjs: algoritm is not an option: did you mean algorithm\?\ncountersign\.config\.mjs: x is not an option$/m,
  ],
  [
    'a wrong value',
    'export default { issuer: "http://a.example" }',
    /^countersign\.config\.mjs: issuer must begin with https/,
  ],
  [
    'a wrong client',
    'export default { clients: [{ client_id: "a b" }] }',
    /^countersign\.config\.mjs: clients\[0\]\.client_id must be/,
  ],
  [
    'no default export',
    'export const config = {}',
    /has no options as its default export: write export default defineConfig/,
  ],
  ['a list', 'export default []', /has no options as its default export/],
  ['a promise', 'export default Promise.resolve({})', /has no options as its default export/],
  ['an error', 'throw new Error("the vault is closed")', /cannot be loaded: the vault is closed$/m],
  ['an error, with a timer that goes on', 'setInterval(() => {}, 1000); throw new Error("x")', /cannot be loaded: x$/m],
  ['an error of several lines', 'throw new Error("one\\n  two")', /cannot be loaded: one two$/m],
  ['an error that a terminal obeys', 'throw new Error("\\u001b[31mred")', /cannot be loaded: \?\[31mred$/m],
  ['an option that a terminal obeys', 'export default { "\\u001b[31m": 1 }', /mjs: \?\[31m is not an option$/m],
  ['a text that it throws', 'throw "the vault"', /cannot be loaded: the vault$/m],
  ['a symbol that it throws', 'throw Symbol("vault")', /cannot be loaded: Symbol\(vault\)$/m],
  ['null that it throws', 'throw null', notAnError],
  ['an object that it throws', 'throw Object.create(null)', notAnError],
  ['a message that throws', 'throw { get message() { throw 1 } }', notAnError],
  ['an option that throws', 'export default { get clients() { throw 5 } }', /cannot be loaded: 5$/m],
  [
    'an await that never ends',
    'await new Promise(() => {})',
    /^countersign\.config\.mjs cannot be loaded: it waits for something that never happens\n$/,
  ],
  ['an end of the process', 'process.exit(7)', /cannot be loaded: it ends the process with code 7\n$/],
  ['an end of the process as if all was well', 'process.exit()', /it ends the process with code 0\n$/],
  [
    'an error that it throws when it is loaded',
    'process.nextTick(() => { throw new Error("later") }); export default {}',
    /^countersign\.config\.mjs cannot be loaded: later\n$/,
  ],
  [
    'a rejection that it does not handle',
    'Promise.reject(new Error("later")); export default {}',
    /^countersign\.config\.mjs cannot be loaded: later\n$/,
  ],
  ['a syntax error', 'export default {', /^countersign\.config\.mjs cannot be loaded: /],
  [
    'a wrong database',
    'export default { databaseUrl: "mysql://x" }',
    /^countersign\.config\.mjs: databaseUrl must be sqlite:/,
  ],
]

for (const [what, content, message] of broken) {
  test(`a config file with ${what} is rejected with clear messages`, async (t) => {
    const ended = await serveWith(t, 'countersign.config.mjs', content)
    assert.equal(ended.code, 1)
    assert.match(ended.stderr, message)
    assert.doesNotMatch(ended.stderr, /\n\s+at /)
  })
}

test('the environment takes precedence over the config file, which may read .env', async (t) => {
  const wins = await serveWith(t, 'countersign.config.mjs', 'export default { algorithm: "ES256" }', { ALGORITHM: 'x' })
  assert.match(wins.stderr, /^ALGORITHM must be one of/)

  const folder = temporaryFolder(t)
  writeFileSync(join(folder, '.env'), 'MY_ISSUER=http://from.env.example\n')
  writeFileSync(
    join(folder, 'countersign.config.mjs'),
    'export default { issuer: process.env.MY_ISSUER, scopes: { a: process.env.MY_ISSUER } }',
  )
  const read = await runCommand(['serve'], { DATA_DIR: folder, SECRET_KEY: secretKey }, '', folder)
  assert.match(read.stderr, /^countersign\.config\.mjs: issuer must begin with https/)
})

test('a named config file must exist, and only one may exist', async (t) => {
  const missing = await runCommand(['clients', 'list'], { COUNTERSIGN_CONFIG: '/nowhere/countersign.config.ts' })
  assert.match(missing.stderr, /^COUNTERSIGN_CONFIG names \/nowhere\/countersign\.config\.ts, which does not exist/)
  const folder = temporaryFolder(t)
  for (const name of ['countersign.config.ts', 'countersign.config.js'])
    writeFileSync(join(folder, name), 'export default {}')
  const two = await runCommand(['clients', 'list'], { DATA_DIR: folder }, '', folder)
  assert.match(two.stderr, /^There are countersign\.config\.ts and countersign\.config\.js: keep one of them/)
})

test('clients add --for sets what known software needs, and says what to set there', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const clients = (line: string) => runCommand(['clients', ...line.split(' ')], environment)
  await runCommand(['migrate'], environment)
  const added = await clients('add argocd --for argocd --url https://argocd.example.com/ --client-name CD')
  assert.equal(added.code, 0, added.stderr)
  assert.match(added.stdout, /^In Argo CD: oidc\.config with enablePKCEAuthentication: true/m)
  assert.match(added.stdout, /^See https:\/\/argo-cd\.readthedocs\.io\//m)
  const shown = JSON.parse((await clients('show argocd --json')).stdout)
  assert.equal(shown.client_name, 'CD')
  assert.equal(shown.token_endpoint_auth_method, 'none')
  assert.deepEqual(shown.redirect_uris, [
    'https://argocd.example.com/auth/callback',
    'https://argocd.example.com/pkce/verify',
    'http://localhost:8085/auth/callback',
  ])
  assert.equal((await clients('add k8s --for kubernetes')).code, 0)
  for (const [line, message] of [
    ['add a --for argo --url https://a.example', /^--for must be one of auth\.js, /m],
    ['add a --for argocd', /^--for argocd needs --url, the address of Argo CD$/m],
    ['add a --url https://a.example', /^--url is for --for: name the redirect URI with --redirect-uri$/m],
    ['add a --for grafana --url grafana.example.com', /^--url must be an address without a query/m],
  ] as const) {
    const wrong = await clients(line)
    assert.equal(wrong.code, 2, line)
    assert.match(wrong.stderr, message)
  }
  const refused = await clients('add a --for grafana --url http://grafana.example.com')
  assert.match(refused.stderr, /^--redirect-uri must begin with https/m)
})
