/** `npx @countersign/client` against a real Countersign: login, token, whoami, logout, and its errors. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { defaultTokenFile } from '@countersign/client/node'
import { runClientCommand, startClientCommand } from '../support/client-command.ts'
import { logInAsTimAt } from '../support/login.ts'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'

interface Setting {
  readonly origin: string
  /** The folder of the one token file. */
  readonly folder: string
  readonly environment: Environment
  readonly flags: readonly string[]
}

/** A Countersign with a client for scripts, registered as the guide says. */
async function setUp(t: TestContext): Promise<Setting> {
  const server = { DATA_DIR: temporaryFolder(t) }
  const { origin } = await startCommand(t, ['dev'], server)
  const grants = ['--grant-type', 'authorization_code', '--grant-type', 'refresh_token']
  const added = await runCommand(
    ['clients', 'add', 'scripts', '--public', '--application-type', 'native', ...grants].concat([
      '--redirect-uri',
      'http://127.0.0.1/callback',
    ]),
    server,
  )
  assert.equal(added.code, 0, added.stderr)
  const settings = temporaryFolder(t)
  return {
    origin,
    folder: join(settings, 'countersign'),
    // Over SSH no browser is opened: the test is the one that comes back.
    environment: { XDG_CONFIG_HOME: settings, SSH_TTY: '/dev/pts/0' },
    flags: ['--issuer', origin, '--client-id', 'scripts'],
  }
}

async function logIn(t: TestContext, { environment, flags }: Setting): Promise<void> {
  const scope = ['--scope', 'openid profile offline_access me']
  const login = startClientCommand(t, ['login', ...flags, ...scope], environment)
  assert.match(await logInAsTimAt(await login.said(/(http\S+\/authorize\?\S+)/)), /You are logged in/)
  await login.said(/^Logged in as tim\.$/m)
  assert.equal(await login.ended, 0)
}

/** Makes the kept tokens expired, and returns the refresh token. */
function ageTokens({ folder }: Setting): string {
  const [name = ''] = readdirSync(folder)
  const file = join(folder, name)
  const [[key, value] = ['', '']] = Object.entries<string>(JSON.parse(readFileSync(file, 'utf8')))
  const kept = JSON.parse(value)
  const aged = { ...kept, tokens: { ...kept.tokens, expiresAt: 1, renewAt: 1 } }
  writeFileSync(file, JSON.stringify({ [key]: JSON.stringify(aged) }))
  return kept.tokens.refreshToken
}

test('login, token, whoami, logout: the token opens the API, is the same until it is due, and nothing is left', async (t) => {
  const setting = await setUp(t)
  const { origin, environment, flags } = setting
  await logIn(t, setting)

  const token = await runClientCommand(['token', ...flags], environment)
  assert.deepEqual([token.code, token.stderr], [0, ''])
  assert.match(token.stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  assert.equal((await runClientCommand(['token', ...flags], environment)).stdout, token.stdout)
  const headers = { authorization: `Bearer ${token.stdout.trim()}` }
  assert.equal((await fetch(`${origin}/users/me`, { headers })).status, 200)

  const whoami = await runClientCommand(['whoami', ...flags], environment)
  assert.match(whoami.stdout, /^subject {2}tim\nname {5}\S.*\nemail {4}\S.*\nscopes {3}.*offline_access/m)

  const logout = await runClientCommand(['logout', ...flags], environment)
  assert.deepEqual(logout, { code: 0, stdout: 'Logged out: the tokens are revoked.\n', stderr: '' })
  assert.equal((await fetch(`${origin}/users/me`, { headers })).status, 401)
  const [name = ''] = readdirSync(setting.folder)
  assert.equal(readFileSync(join(setting.folder, name), 'utf8'), '{}\n')
  const again = await runClientCommand(['logout', ...flags], environment)
  assert.deepEqual(again, { code: 0, stdout: 'Nobody is logged in.\n', stderr: '' })
})

test('four processes that find the token due renew it once, and all print the new one', async (t) => {
  const setting = await setUp(t)
  await logIn(t, setting)
  const { environment, flags } = setting
  const before = (await runClientCommand(['token', ...flags], environment)).stdout
  ageTokens(setting)
  const ended = await Promise.all(Array.from({ length: 4 }, () => runClientCommand(['token', ...flags], environment)))
  assert.deepEqual(
    ended.map(({ code, stderr }) => [code, stderr]),
    ended.map(() => [0, '']),
  )
  const printed = new Set(ended.map(({ stdout }) => stdout))
  assert.equal(printed.size, 1)
  assert.ok(!printed.has(before))
})

test('a login that was revoked elsewhere asks for another one, with exit code 3', async (t) => {
  const setting = await setUp(t)
  const { origin, environment, flags } = setting
  await logIn(t, setting)
  const token = ageTokens(setting)
  const body = new URLSearchParams({ token, client_id: 'scripts' })
  assert.equal((await fetch(`${origin}/revoke`, { method: 'POST', body })).status, 200)
  for (const command of ['token', 'token', 'whoami']) {
    const ended = await runClientCommand([command, ...flags], environment)
    assert.deepEqual([ended.code, ended.stdout], [3, ''])
    assert.match(ended.stderr, /\nLog in: npx @countersign\/client login --issuer http\S+ --client-id scripts\n$/)
    assert.equal(ended.stderr.includes(token), false)
  }
})

/** Tokens of an issuer that is down. */
function keepTokensOfNobody(t: TestContext) {
  const settings = temporaryFolder(t)
  const issuer = 'http://127.0.0.1:9'
  const file = defaultTokenFile('countersign', issuer, 'scripts', settings)
  const tokens = { accessToken: 'the-access-token', tokenType: 'Bearer', scopes: [], refreshToken: 'the-refresh-token' }
  mkdirSync(dirname(file))
  writeFileSync(file, JSON.stringify({ [`countersign ${issuer} scripts tokens`]: JSON.stringify({ tokens }) }), {
    mode: 0o600,
  })
  return { file, flags: ['--issuer', issuer, '--client-id', 'scripts'], environment: { XDG_CONFIG_HOME: settings } }
}

test('logout while the issuer is down says so and keeps the tokens, so that it can be tried again', async (t) => {
  const { file, flags, environment } = keepTokensOfNobody(t)
  for (const _attempt of [1, 2]) {
    const { code, stdout, stderr } = await runClientCommand(['logout', ...flags], environment)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(
      stderr,
      /^Not revoked: http:\/\/127\.0\.0\.1:9\S+ does not respond: .*\nYou are still logged in: try again\n$/,
    )
    assert.match(readFileSync(file, 'utf8'), /the-refresh-token/)
  }
})

test('a reader that closes the pipe is not a failure; a failed write is one, reported in a line', async (t) => {
  const { flags, environment } = keepTokensOfNobody(t)
  const closed = await runClientCommand(['token', ...flags], environment, 'closed')
  assert.deepEqual([closed.code, closed.stderr], [0, ''])
  const full = await runClientCommand(['token', ...flags], environment, openSync('/dev/full', 'w'))
  assert.equal(full.code, 1)
  assert.match(full.stderr, /^Standard output: ENOSPC\b.*\n$/)
})

test('an error of the operating system is reported in a line', async (t) => {
  const { file, flags } = keepTokensOfNobody(t)
  for (const command of ['token', 'whoami', 'logout']) {
    const ended = await runClientCommand([command, ...flags], { XDG_CONFIG_HOME: file })
    assert.equal(ended.code, 1)
    assert.match(ended.stderr, /^ENOTDIR\b[^\n]+\n$/)
  }
})

test('text of an issuer has no effect on the terminal', async (t) => {
  const hostile = 'text/html\x9b2J\x9b31mRun this\x9d0;title\x9c'
  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host}`
    const endpoints = { token_endpoint: `${origin}/token`, device_authorization_endpoint: `${origin}/device` }
    if (request.url !== '/device') response.end(JSON.stringify({ issuer: origin, ...endpoints }))
    else response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Type: ${hostile}\r\nContent-Length: 2\r\n\r\nhi`, 'latin1')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const flags = ['--issuer', `http://127.0.0.1:${address.port}`, '--client-id', 'scripts']
  const environment = { XDG_CONFIG_HOME: temporaryFolder(t) }
  const login = await runClientCommand(['login', '--device', ...flags], environment)
  assert.deepEqual([login.code, login.stdout], [1, ''])
  assert.match(login.stderr, /\/device responds with 200 and text\/html instead of JSON\n$/)

  // Its own arguments are repeated, too: a name from elsewhere may stand in a script.
  const token = await runClientCommand(
    ['token', '--issuer', 'http://127.0.0.1:9', '--client-id', 'a\x9b2J'],
    environment,
  )
  assert.equal(token.code, 3)
  assert.doesNotMatch(token.stderr.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})

test('mistakes are reported with the fix and an exit code', async (t) => {
  const environment = { XDG_CONFIG_HOME: temporaryFolder(t) }
  const known = ['--issuer', 'http://127.0.0.1:9', '--client-id', 'scripts']
  const cases: readonly [args: readonly string[], code: number, reported: RegExp][] = [
    [['frob'], 2, /^There is no command "frob"\n/],
    [['constructor', ...known], 2, /^There is no command "constructor"\n/],
    [['login', '--client-id', 'scripts'], 2, /^--issuer is missing: .* --issuer https:\/\//],
    [['token', '--issuer', 'https://login.example.com'], 2, /^--client-id is missing/],
    [['token', '--issuer', 'login.example.com', '--client-id', 'scripts'], 2, /^--issuer must be a URL/],
    [['token', '--issuer', 'http://login.example.com', '--client-id', 'scripts'], 2, /issuer .*https URL/],
    [['token', ...known, '--device'], 2, /^--device belongs to the command login\n/],
    [['login', ...known, '--port', '70000'], 2, /^--port must be a number/],
    [['login', ...known, '--prot', '1'], 2, /--prot.*: did you mean --port\?\n/],
    [['logn', ...known], 2, /^There is no command "logn": did you mean login\?\n/],
    [['login', ...known, 'tim'], 2, /tim/],
    [['login', ...known], 1, /^http:\/\/127\.0\.0\.1:9\/\S+ does not respond: /],
    [['token', ...known], 3, /^There are no tokens: log in first\nLog in: npx @countersign\/client login --issuer/],
  ]
  for (const [args, code, reported] of cases) {
    const ended = await runClientCommand(args, environment)
    assert.deepEqual([ended.code, ended.stdout], [code, ''], args.join(' '))
    assert.match(ended.stderr, reported)
    assert.doesNotMatch(ended.stderr, /\n {4}at /)
  }
  const help = await runClientCommand([], environment)
  assert.deepEqual([help.code, help.stderr], [0, ''])
  assert.match(help.stdout, /npx @countersign\/client token/)
})

test('login --device with an issuer that has no device flow says so', async (t) => {
  const { environment, flags } = await setUp(t)
  const ended = await runClientCommand(['login', '--device', ...flags], environment)
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, /has no device_authorization_endpoint/)
})
