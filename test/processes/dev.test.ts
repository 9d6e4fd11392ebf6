/** `countersign dev`, as a developer runs it. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

for (const flags of [[], ['--trace']]) {
  test(`dev ${flags.join(' ')} prints a rejected request with the command that explains it`, async (t) => {
    const environment = { DATA_DIR: temporaryFolder(t) }
    const dev = await startCommand(t, ['dev', ...flags], environment)
    await fetch(`${dev.origin}/healthz`)
    const response = await fetch(`${dev.origin}/users/me`, { headers: { authorization: 'Bearer a.b.c' } })
    const requestId = response.headers.get('x-request-id') ?? ''
    const { stdout } = await dev.stop()
    assert.ok(stdout.includes(`GET /users/me -> 401 token_malformed  (${requestId})\n`), stdout)
    // As it is called in a clone.
    assert.ok(stdout.includes(`\n  why: npm run -s countersign -- why ${requestId}\n`), stdout)
    assert.equal(stdout.includes('GET /healthz'), flags.length > 0)
    assert.equal(stdout.includes('FAILED'), flags.length > 0)
    assert.equal((await runCommand(['why', requestId], environment)).code, 0)
  })
}

test('dev serves an http issuer, and clients with http addresses, on the hosts of UNSAFE_HTTP_HOSTS alone', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), ISSUER: 'http://auth:8000', UNSAFE_HTTP_HOSTS: 'auth,app' }
  const add = (id: string, redirectUri: string, variables: Record<string, string>) =>
    runCommand(['clients', 'add', id, '--public', '--redirect-uri', redirectUri], variables)
  const dev = await startCommand(t, ['dev'], environment)
  const metadata = JSON.parse(await (await fetch(`${dev.origin}/.well-known/openid-configuration`)).text())
  assert.equal(metadata.issuer, 'http://auth:8000')
  assert.equal(metadata.token_endpoint, 'http://auth:8000/token')

  const redirectUri = 'http://app:3000/callback'
  assert.equal((await add('app', redirectUri, environment)).code, 0)
  const elsewhere = await add('other', 'http://other:3000/callback', environment)
  assert.deepEqual([elsewhere.code, /must begin with https:/.test(elsewhere.stderr)], [1, true])
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: redirectUri,
    scope: 'me',
    ...pkce,
  })
  const login = await fetch(`${dev.origin}/authorize?${query}`)
  assert.equal(login.status, 200)
  assert.match(await login.text(), /name="password"/)
  // The browser keeps the cookie on http.
  assert.match(login.headers.get('set-cookie') ?? '', /^countersign=(?!.*Secure)/)
  await dev.stop()

  const { UNSAFE_HTTP_HOSTS: _hosts, ...without } = environment
  const rejected = await runCommand(['dev'], without)
  assert.equal(rejected.code, 1)
  assert.match(rejected.stderr, /^ISSUER must begin with https:/m)
})

/** Takes the first port that the process opens as soon as it is free again, as another program may. */
const thief = `
import { createServer, Server } from 'node:net'
const { listen } = Server.prototype
Server.prototype.listen = function (...values) {
  Server.prototype.listen = listen
  let address
  this.once('listening', () => { address = this.address() })
  this.once('close', () => createServer().on('error', () => {}).unref().listen(address.port, address.address))
  return listen.apply(this, values)
}
export default {}
`

test('the port that dev has found is taken until dev opens it', async (t) => {
  const folder = temporaryFolder(t)
  const config = join(folder, 'countersign.config.mjs')
  writeFileSync(config, thief)
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: folder, COUNTERSIGN_CONFIG: config, PORT: '0' })
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)
})
