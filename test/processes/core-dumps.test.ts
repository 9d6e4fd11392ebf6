/** A core dump, which Linux writes when a server crashes, has none of the secrets that were used. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openPrivateKey, stateOf } from '../../packages/server/src/keys/stored-key.ts'
import { openStore } from '../../packages/server/src/store/open.ts'
import { clientSecret } from '../../packages/server/test/support/clients.ts'
import { databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { type Running, startCommand, temporaryFolder } from '../support/process.ts'
import { givenTokens, normalFlow } from './support/normal-flow.ts'

const options = { skip: process.platform !== 'linux' && 'only Linux has a filter for core dumps' }
const filterOf = (pid: number | undefined) => `/proc/${pid}/coredump_filter`
/** The default of Linux: the memory of the process is dumped. */
const everything = '0x33'

const environment = {
  SECRET_KEY: testSecret,
  PASSWORD_GRANT: 'first-party',
  COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/fuzzed.config.ts', import.meta.url)),
}

test('serve and its workers keep their memory out of core dumps', options, async (t) => {
  const databaseUrl = await databaseWithUsers(t, 'sqlite')
  const settings = { ...environment, DATA_DIR: temporaryFolder(t), DATABASE_URL: databaseUrl }
  const { child, ready } = await startCommand(t, ['serve', '--workers', '1'], settings)
  const { workers }: { workers: number[] } = JSON.parse(ready)
  for (const pid of [child.pid, ...workers]) assert.equal(Number.parseInt(readFileSync(filterOf(pid), 'utf8'), 16), 0)
})

test(
  'F22 a core dump of serve has no secret that was used, and would have them with the memory of the process',
  options,
  async (t) => {
    const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
    if (/^\||\//.test(pattern) || !existsSync('/usr/bin/prlimit')) {
      return skipWithout(
        t,
        'prlimit of util-linux is not installed, or no core dump is written into the folder of the process: sysctl -w kernel.core_pattern=core',
      )
    }
    assert.deepEqual(await secretsInCoreDump(t, () => {}), [])

    const found = await secretsInCoreDump(t, ({ child }) => writeFileSync(filterOf(child.pid), everything))
    t.diagnostic(`found: ${found.join(', ')}`)
    for (const name of ['SECRET_KEY', 'the secret of a client', 'a private key']) assert.ok(found.includes(name), name)
  },
)

/** The names of the secrets in the core dump of a server that has crashed after logins, refreshes and revocations. */
async function secretsInCoreDump(t: TestContext, prepare: (serve: Running) => void): Promise<readonly string[]> {
  const folder = temporaryFolder(t)
  const databaseUrl = await databaseWithUsers(t, 'sqlite')
  const serve = await startCommand(
    t,
    ['serve'],
    { ...environment, DATA_DIR: folder, DATABASE_URL: databaseUrl },
    folder,
  )
  prepare(serve)
  execFileSync('prlimit', [`--pid=${serve.child.pid}`, '--core=unlimited'])
  await normalFlow(serve.origin)
  const { accessToken, refreshToken, idToken, cookie } = await givenTokens(serve.origin)
  const secrets = {
    SECRET_KEY: testSecret,
    'the secret of a client': clientSecret,
    'a password': tim.password,
    'an access token': accessToken,
    'a refresh token': refreshToken,
    'an ID token': idToken,
    'a cookie': /=([^;]+)/.exec(cookie)?.[1] ?? '',
    'a private key': await privateKeyIn(databaseUrl),
  }
  await serve.stop('SIGABRT')
  const name = readdirSync(folder).find((file) => /^core(\.\d+)?$/.test(file))
  assert.ok(name, 'no core dump was written')
  return namesIn(join(folder, name), secrets)
}

const chunk = 1 << 20
/** Longer than any secret, one of which may begin in one chunk and end in the next. */
const overlap = 1 << 12

/** A core dump has gigabytes, most of which are a hole in the file. */
function namesIn(path: string, secrets: Readonly<Record<string, string | Buffer>>): readonly string[] {
  const file = openSync(path, 'r')
  const bytes = Buffer.alloc(chunk)
  const hole = Buffer.alloc(chunk)
  const found = new Set<string>()
  let isCoreDump = false
  for (let at = 0, length = chunk; length === chunk; at += chunk - overlap) {
    length = readSync(file, bytes, 0, chunk, at)
    if (at === 0) isCoreDump = bytes.toString('latin1', 0, 4) === '\x7fELF'
    if (bytes.equals(hole)) continue
    const read = bytes.subarray(0, length)
    for (const [name, secret] of Object.entries(secrets)) if (read.includes(secret)) found.add(name)
  }
  closeSync(file)
  assert.ok(isCoreDump)
  return [...found]
}

/** The secret number of the key that signs access tokens, as OpenSSL has it in memory: its last byte first. */
async function privateKeyIn(databaseUrl: string): Promise<Buffer> {
  const store = await openStore({ url: databaseUrl, migrate: false })
  const keys = await store.signingKeys.list()
  await store.close()
  const key = keys.find((one) => one.algorithm === 'ES256' && stateOf(one) === 'active')
  assert.ok(key)
  const { d = '' } = createPrivateKey(openPrivateKey(key, testSecret)).export({ format: 'jwk' })
  return Buffer.from(String(d), 'base64url').reverse()
}
