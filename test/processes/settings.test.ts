/** The settings that the command rejects, and its messages. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabase } from '../../packages/server/test/support/databases.ts'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { untilReady } from '../support/readiness.ts'

const strongSecret = 'b1946ac92492d2347c6235b4d2611184f3a0c7d1'

const rejections: readonly { name: string; environment: Environment; message: RegExp }[] = [
  { name: 'no SECRET_KEY', environment: {}, message: /^SECRET_KEY is missing.*openssl rand -hex 32/ },
  { name: 'a short one', environment: { SECRET_KEY: 'short' }, message: /^SECRET_KEY is shorter than 32 bytes/ },
  { name: "the seed's", environment: { SECRET_KEY: 'supersecretkey' }, message: /^SECRET_KEY is a published example/ },
  {
    name: "FastAPI's",
    environment: { SECRET_KEY: '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7' },
    message: /^SECRET_KEY is a published example/,
  },
  { name: 'one character', environment: { SECRET_KEY: 'a'.repeat(40) }, message: /^SECRET_KEY repeats/ },
  {
    name: 'an http issuer',
    environment: { SECRET_KEY: strongSecret, ISSUER: 'http://login.example.com' },
    message: /^ISSUER must begin with https/,
  },
  {
    name: 'an issuer with a query',
    environment: { SECRET_KEY: strongSecret, ISSUER: 'https://login.example.com/?a=b' },
    message: /^ISSUER must not have a query/,
  },
  {
    name: 'an algorithm',
    environment: { SECRET_KEY: strongSecret, ALGORITHM: 'none' },
    message: /^ALGORITHM must be one of HS256, ES256, RS256, EdDSA/,
  },
  {
    name: 'an algorithm of ID tokens that clients cannot verify',
    environment: { SECRET_KEY: strongSecret, ID_TOKEN_ALGORITHM: 'HS256' },
    message: /^ID_TOKEN_ALGORITHM must be one of ES256, RS256, EdDSA/,
  },
  {
    name: 'minutes',
    environment: { SECRET_KEY: strongSecret, ACCESS_TOKEN_EXPIRE_MINUTES: '30m' },
    message: /^ACCESS_TOKEN_EXPIRE_MINUTES must be a whole number of minutes/,
  },
  {
    name: 'an invalid port',
    environment: { SECRET_KEY: strongSecret, PORT: '99999' },
    message: /^PORT must be a number/,
  },
  {
    name: 'an invalid log level',
    environment: { SECRET_KEY: strongSecret, LOG_LEVEL: 'loud' },
    message: /^LOG_LEVEL must be one/,
  },
  {
    name: 'a database',
    environment: { SECRET_KEY: strongSecret, DATABASE_URL: 'mysql://x' },
    message: /^DATABASE_URL must be sqlite:/,
  },
  {
    name: 'an invalid grant switch',
    environment: { SECRET_KEY: strongSecret, PASSWORD_GRANT: 'on' },
    message: /^PASSWORD_GRANT must be off or first-party/,
  },
  {
    name: 'an invalid proxy',
    environment: { SECRET_KEY: strongSecret, TRUSTED_PROXIES: '10.0.0.0/8,proxy.local' },
    message: /^TRUSTED_PROXIES must be IP addresses/,
  },
  {
    name: 'an unknown name for logins',
    environment: { SECRET_KEY: strongSecret, LOGIN_WITH: 'username, phone' },
    message: /^LOGIN_WITH must be a list with username, email or both/,
  },
  {
    name: 'http off loopback',
    environment: { SECRET_KEY: strongSecret, UNSAFE_HTTP_HOSTS: 'auth' },
    message: /^UNSAFE_HTTP_HOSTS is for countersign dev/,
  },
  {
    name: 'a resource',
    environment: { SECRET_KEY: strongSecret, RESOURCES: 'https://api.example.com, https://mcp.example.com/#mcp' },
    message: /^RESOURCES has "https:\/\/mcp\.example\.com\/#mcp", which must not have a fragment/,
  },
  {
    name: 'an unreachable PostgreSQL',
    environment: { SECRET_KEY: strongSecret, DATABASE_URL: 'postgres://user:hushhush@127.0.0.1:1/none' },
    message: /^PostgreSQL cannot be reached: ECONNREFUSED/,
  },
]

for (const { name, environment, message } of rejections) {
  test(`serve rejects ${name} in one line, with exit code 1`, async (t) => {
    const ended = await runCommand(['serve'], { DATA_DIR: temporaryFolder(t), ...environment })
    assert.equal(ended.code, 1)
    assert.match(ended.stderr, message)
    assert.equal(ended.stderr.trimEnd().split('\n').length, 1)
    assert.equal(ended.stderr.includes('hushhush'), false)
  })
}

test('all problems are reported at once', async (t) => {
  const ended = await runCommand(['serve'], { DATA_DIR: temporaryFolder(t), ALGORITHM: 'x', ISSUER: 'y' })
  assert.equal(ended.stderr.trimEnd().split('\n').length, 3)
})

test('only the owner can read the secret of dev, and dev uses it again at the next start', async (t) => {
  const folder = join(temporaryFolder(t), 'data')
  const first = await startCommand(t, ['dev'], { DATA_DIR: folder })
  const login = await fetch(`${first.origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({ username: 'tim', password: 'tim1234' }),
  })
  const token = JSON.parse(await login.text()).access_token
  assert.equal((await first.stop('SIGINT')).code, 0)
  const secret = readFileSync(join(folder, 'secret-key'), 'utf8')
  assert.equal(statSync(join(folder, 'secret-key')).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'countersign.db')).mode & 0o777, 0o600)

  const second = await startCommand(t, ['dev'], { DATA_DIR: folder, ISSUER: first.origin })
  assert.equal(readFileSync(join(folder, 'secret-key'), 'utf8'), secret)
  const keys = await (await fetch(`${second.origin}/.well-known/jwks.json`)).text()
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString())
  assert.ok(keys.includes(kid), 'the signing key is not the one of the first start')
})

test('R20 another SECRET_KEY is rejected, and makes no new keys', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const dev = await startCommand(t, ['dev'], { ...environment, SECRET_KEY: strongSecret })
  await dev.stop()
  const ended = await runCommand(['dev'], { ...environment, SECRET_KEY: `another ${strongSecret}` })
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, /^SECRET_KEY does not open the signing keys in this database/)
})

test('a port in use is reported in one clear line', async (t) => {
  const holder = createServer()
  await new Promise<void>((resolve) => {
    holder.listen(0, '127.0.0.1', () => resolve())
  })
  t.after(() => holder.close())
  const address = holder.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const ended = await runCommand(['dev'], { DATA_DIR: temporaryFolder(t), PORT: port })
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, new RegExp(`^Port ${port} on 127.0.0.1 is in use.*PORT=`))
})

test('a folder that is a file, and a file that is not a database, are reported in one clear line', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'file'), 'not a folder')
  const unwritable = await runCommand(['dev'], { DATA_DIR: join(folder, 'file') })
  assert.equal(unwritable.code, 1)
  assert.match(unwritable.stderr, /is not writable.*Set DATA_DIR/)

  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'countersign.db'), 'this is a letter to my aunt, and no database at all')
  const foreign = await runCommand(['dev'], { DATA_DIR: join(folder, 'data') })
  assert.equal(foreign.code, 1)
  assert.match(foreign.stderr, /is not an SQLite database. It was left as it is/)
  assert.match(readFileSync(join(folder, 'data', 'countersign.db'), 'utf8'), /my aunt/)
})

test('serve needs a migrated database without demo users', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: strongSecret }
  assert.match((await runCommand(['serve'], environment)).stderr, /Create it with: npm run -s countersign -- migrate/)

  const dev = await startCommand(t, ['dev'], environment)
  await dev.stop()
  assert.match(
    (await runCommand(['serve'], environment)).stderr,
    /contains demo users.*countersign -- users delete alice tim$/m,
  )

  const deleted = await runCommand(['users', 'delete', 'tim', 'alice', '--yes'], environment)
  assert.equal(deleted.code, 0)
  const serve = await startCommand(t, ['serve'], environment)
  await untilReady(serve.origin)
  assert.equal((await serve.stop('SIGTERM')).code, 0)
})

test('serve logs the advice of RFC 9700 on the password grant, when it is on', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: strongSecret, PASSWORD_GRANT: 'first-party' }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  const serve = await startCommand(t, ['serve'], environment)
  const { stdout } = await serve.stop()
  assert.equal(stdout.split('\n').filter((line) => line.includes('RFC 9700 §2.4')).length, 1)
})

test('.env in the working folder is read, and the environment takes precedence over it', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, '.env'), 'ALGORITHM=from-the-file\nPORT=99999\n')
  const ended = await runCommand(['serve'], { DATA_DIR: folder, SECRET_KEY: strongSecret, PORT: '0' }, '', folder)
  assert.match(ended.stderr, /^ALGORITHM must be/)
})

test('only dev has the scopes of the tutorial; serve has those of the configuration', async (t) => {
  const scopesAt = async (origin: string): Promise<readonly string[]> => {
    const metadata = await fetch(`${origin}/.well-known/openid-configuration`)
    return JSON.parse(await metadata.text()).scopes_supported
  }
  const standard = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'groups', 'roles']
  const service = ['clients', 'add', 'service', '--grant-type', 'client_credentials', '--scope', 'items']

  const ofDev = { DATA_DIR: temporaryFolder(t) }
  const dev = await startCommand(t, ['dev'], ofDev)
  assert.deepEqual(await scopesAt(dev.origin), [...standard, 'me', 'items'])
  assert.equal((await runCommand(service, ofDev)).code, 0)

  const ofServe = { DATA_DIR: temporaryFolder(t), SECRET_KEY: strongSecret }
  await runCommand(['migrate'], ofServe)
  const serve = await startCommand(t, ['serve'], ofServe)
  assert.deepEqual(await scopesAt(serve.origin), standard)
  assert.match(
    (await runCommand(service, ofServe)).stderr,
    /^--scope has "items", which is not a scope of this deployment/,
  )
  const configured = {
    ...ofServe,
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('../support/items.config.ts', import.meta.url)),
  }
  assert.equal((await runCommand(service, configured)).code, 0)
})

test('a database in memory is rejected by all commands but dev and serve', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: 'sqlite::memory:', SECRET_KEY: strongSecret }
  for (const args of [['migrate'], ['users', 'list'], ['clients', 'add', 'a'], ['keys', 'rotate']]) {
    const { code, stdout, stderr } = await runCommand(args, environment)
    const sentence =
      'DATABASE_URL is sqlite::memory:, a database that only dev and serve can use, because it ends with the process: name a file, such as sqlite:data/countersign.db\n'
    assert.deepEqual([code, stdout, stderr], [1, '', sentence], args.join(' '))
  }
  const serve = await startCommand(t, ['serve'], environment)
  await untilReady(serve.origin)
})

test("SQLAlchemy's URL of a file creates that file, and one in memory is in memory", async (t) => {
  const folder = temporaryFolder(t)
  const environment = { DATABASE_URL: `sqlite+aiosqlite:///${join(folder, 'app.db')}`, SECRET_KEY: strongSecret }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  assert.ok(statSync(join(folder, 'app.db')).size > 0)
  const { stderr } = await runCommand(['migrate'], { ...environment, DATABASE_URL: 'sqlite:///:memory:' })
  assert.match(stderr, /^DATABASE_URL is sqlite::memory:, a database that only dev and serve can use/)
})

test("asyncpg's URL without TLS connects, and the one with TLS says that the server has none", async (t) => {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  const url = database.url.replace('postgres:', 'postgresql+asyncpg:')
  const off = await runCommand(['migrate'], { DATABASE_URL: `${url}?ssl=disable`, SECRET_KEY: strongSecret })
  assert.deepEqual([off.code, off.stderr], [0, ''])
  const on = await runCommand(['migrate'], { DATABASE_URL: `${url}?ssl=require`, SECRET_KEY: strongSecret })
  assert.equal(on.code, 1)
  assert.match(
    on.stderr,
    /^PostgreSQL cannot be reached: The server does not support SSL connections\. Check DATABASE_URL\.$/m,
  )
})

test('a raw @ in the password of the database is reported with the fix, and the password is not repeated', async () => {
  const environment = { DATABASE_URL: 'postgresql+asyncpg://app:hunt@r2@127.0.0.1:1/app', SECRET_KEY: strongSecret }
  const { code, stderr } = await runCommand(['migrate'], environment)
  assert.equal(code, 1)
  assert.match(stderr, /^DATABASE_URL has an unescaped @, .*: write @ as %40/)
  assert.doesNotMatch(stderr, /hunt|r2/)
})
