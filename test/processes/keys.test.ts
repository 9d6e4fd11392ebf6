/** `countersign keys`, as an operator uses it: on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const secret = 'b1946ac92492d2347c6235b4d2611184f3a0c7d1'

interface Listed {
  readonly keyId: string
  readonly algorithm: string
  readonly state: string
  readonly since: string
  readonly publishedUntil: string
}

async function listKeys(environment: Environment): Promise<readonly Listed[]> {
  const { code, stdout } = await runCommand(['keys', 'list'], environment)
  assert.equal(code, 0)
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [keyId = '', algorithm = '', state = '', since = '', publishedUntil = ''] = line.split('\t')
    return { keyId, algorithm, state, since, publishedUntil }
  })
}

const idsOf = (keys: readonly Listed[], algorithm: string, state: string) =>
  keys.filter((key) => key.algorithm === algorithm && key.state === state).map((key) => key.keyId)

for (const kind of databaseKinds) {
  test(`${kind}: keys are listed, and rotated while a server runs`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = {
      DATA_DIR: temporaryFolder(t),
      DATABASE_URL: database.url,
      SECRET_KEY: secret,
      ISSUER: 'http://127.0.0.1:8000',
    }
    const dev = await startCommand(t, ['dev'], environment)
    const before = await listKeys(environment)
    assert.deepEqual(
      before.map(({ algorithm, state }) => `${algorithm} ${state}`).toSorted(),
      ['ES256', 'EdDSA', 'RS256'].flatMap((algorithm) => [`${algorithm} active`, `${algorithm} next`]),
    )

    const young = await runCommand(['keys', 'rotate', '--algorithm', 'ES256'], environment)
    assert.equal(young.code, 1)
    assert.match(young.stdout, /^ES256: not rotated$/m)
    assert.match(young.stderr, /younger than 10 minutes.*--now/)
    assert.deepEqual(await listKeys(environment), before)

    const rotated = await runCommand(['keys', 'rotate', '--now', '--algorithm', 'ES256'], environment)
    assert.equal(rotated.code, 0)
    assert.match(rotated.stdout, /^ES256: the next key signs now/)
    const after = await listKeys(environment)
    assert.deepEqual(idsOf(after, 'ES256', 'active'), idsOf(before, 'ES256', 'next'))
    assert.deepEqual(idsOf(after, 'ES256', 'retired'), idsOf(before, 'ES256', 'active'))
    assert.deepEqual(idsOf(after, 'RS256', 'active'), idsOf(before, 'RS256', 'active'))
    const [leaked = ''] = idsOf(after, 'ES256', 'active')
    // A rotation and a revocation within one second look like one rotation.
    await sleep(1100)
    const revoked = await runCommand(['keys', 'revoke', leaked, '--reason', 'seen in a log'], environment)
    assert.deepEqual([revoked.code, revoked.stderr], [0, ''])
    const [signs] = idsOf(await listKeys(environment), 'ES256', 'active')
    assert.equal(
      revoked.stdout,
      `Revoked ${leaked}. The ES256 key that signs is ${signs}. Running servers follow within a second.\n`,
    )
    // So that it is younger than 35 seconds, however long a command takes.
    await query(database.url, 'update signing_keys set created_at = created_at + 3600 where activated_at is null')
    const hasty = await runCommand(['keys', 'rotate', '--now', '--algorithm', 'ES256'], environment)
    assert.equal(hasty.code, 1)
    assert.match(hasty.stderr, /younger than 35 seconds.*keys revoke$/m)
    const published = await (await fetch(`${dev.origin}/.well-known/jwks.json`)).text()
    assert.ok(!published.includes(leaked) && published.includes(signs ?? ''))
    const again = await runCommand(['keys', 'revoke', leaked, '--reason', 'again'], environment)
    assert.deepEqual([again.code, again.stderr.trim()], [1, 'The key was revoked before. Nothing was changed.'])
    // Keys that were made before may have an id that begins as a flag does.
    for (const id of [['nothing'], ['--', '-nothing']]) {
      const unknown = await runCommand(['keys', 'revoke', '--reason', 'x', ...id], environment)
      assert.deepEqual(
        [unknown.code, unknown.stderr.trim()],
        [1, 'There is no key with this id. See: npm run -s countersign -- keys list'],
      )
    }
    const wordless = await runCommand(['keys', 'revoke', leaked, '--reason', ' '], environment)
    assert.deepEqual(
      [wordless.code, wordless.stderr.trim()],
      [1, 'The reason must be one line of 1 to 200 characters.'],
    )
    const listed = JSON.parse((await runCommand(['keys', 'list', '--json'], environment)).stdout)
    const found = listed.find((key: { kid: string }) => key.kid === leaked)
    assert.deepEqual([found.state, found.reason], ['revoked', 'seen in a log'])

    const retired = after.find(({ state }) => state === 'retired')
    // The longest lifetime of a token is an hour, and other processes may sign for two minutes more.
    assert.equal(Date.parse(retired?.publishedUntil ?? '') - Date.parse(retired?.since ?? ''), 3720 * 1000)

    // The running server has the old keys: what it signs now, and what was signed, stays valid.
    const login = new URLSearchParams({ username: 'tim', password: 'tim1234' })
    const { access_token } = JSON.parse(
      await (await fetch(`${dev.origin}/token`, { method: 'POST', body: login })).text(),
    )
    const headers = { authorization: `Bearer ${access_token}` }
    assert.equal((await fetch(`${dev.origin}/users/me`, { headers })).status, 200)
    await dev.stop()
    const restarted = await startCommand(t, ['dev'], environment)
    assert.equal((await fetch(`${restarted.origin}/users/me`, { headers })).status, 200)
  })
}

for (const kind of databaseKinds) {
  test(`${kind}: R18 two simultaneous rotations make one new key of each algorithm`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url, SECRET_KEY: secret }
    const dev = await startCommand(t, ['dev'], environment)
    await dev.stop()
    await query(database.url, 'update signing_keys set created_at = created_at - 600')
    const before = await listKeys(environment)

    const ended = await Promise.all([1, 2].map(() => runCommand(['keys', 'rotate'], environment)))

    const after = await listKeys(environment)
    for (const algorithm of ['ES256', 'RS256', 'EdDSA']) {
      const line = new RegExp(`^${algorithm}: the next key signs now`, 'm')
      assert.equal(ended.filter(({ stdout }) => line.test(stdout)).length, 1)
      assert.deepEqual(idsOf(after, algorithm, 'active'), idsOf(before, algorithm, 'next'))
      assert.deepEqual(idsOf(after, algorithm, 'retired'), idsOf(before, algorithm, 'active'))
      assert.equal(idsOf(after, algorithm, 'next').length, 1)
    }
  })
}

interface Rejected {
  readonly what: string
  readonly args: readonly string[]
  readonly environment: Environment
  readonly message: RegExp
  /** @default 1 */
  readonly code?: 2
}

const rejections: readonly Rejected[] = [
  { what: 'no SECRET_KEY', args: ['rotate'], environment: {}, message: /^SECRET_KEY is missing/ },
  {
    what: 'another SECRET_KEY',
    args: ['rotate', '--now'],
    environment: { SECRET_KEY: `another ${secret}` },
    message: /^SECRET_KEY does not open the signing keys in this database/,
  },
  {
    what: 'an algorithm that does not exist',
    args: ['rotate', '--algorithm', 'HS256'],
    environment: { SECRET_KEY: secret },
    message: /^--algorithm must be one of ES256, RS256, EdDSA/m,
    code: 2,
  },
  {
    what: 'a weak new SECRET_KEY',
    args: ['reseal'],
    environment: { FORMER_SECRET_KEY: secret, SECRET_KEY: 'short' },
    message: /^SECRET_KEY is shorter than 32 bytes/,
  },
  {
    what: 'no FORMER_SECRET_KEY',
    args: ['reseal'],
    environment: { SECRET_KEY: secret },
    message: /^FORMER_SECRET_KEY/,
  },
  {
    what: 'an unknown flag',
    args: ['rotate', '--soon'],
    environment: { SECRET_KEY: secret },
    message: /--soon/,
    code: 2,
  },
  { what: 'an unknown action', args: ['melt'], environment: {}, message: /^Unknown command 'melt'\.$/m, code: 2 },
]

test('R20 reseal encrypts the keys with a new SECRET_KEY, and issued tokens stay valid', async (t) => {
  const folder = temporaryFolder(t)
  const settings = { DATA_DIR: folder, ISSUER: 'http://127.0.0.1:8000' }
  const dev = await startCommand(t, ['dev'], { ...settings, SECRET_KEY: secret })
  const login = new URLSearchParams({ username: 'tim', password: 'tim1234' })
  const { access_token } = JSON.parse(
    await (await fetch(`${dev.origin}/token`, { method: 'POST', body: login })).text(),
  )
  await dev.stop()

  const renewed = { ...settings, SECRET_KEY: `another ${secret}` }
  const wrong = await runCommand(['keys', 'reseal'], { ...renewed, FORMER_SECRET_KEY: `no ${secret}` })
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /^FORMER_SECRET_KEY does not open the keys/)
  const resealed = await runCommand(['keys', 'reseal'], { ...renewed, FORMER_SECRET_KEY: secret })
  assert.deepEqual([resealed.code, resealed.stderr], [0, ''])

  const again = await startCommand(t, ['dev'], renewed)
  const response = await fetch(`${again.origin}/users/me`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.equal(response.status, 200)
})

test('rotate makes no keys, which no server could open that has another SECRET_KEY', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await runCommand(['migrate'], environment)
  for (const given of ['short', secret]) {
    const { code, stdout, stderr } = await runCommand(['keys', 'rotate', '--now'], {
      ...environment,
      SECRET_KEY: given,
    })
    const sentence = 'There are no keys: the first server that starts makes them. Nothing was rotated.\n'
    assert.deepEqual([code, stdout, stderr], [1, '', sentence])
  }
  assert.deepEqual(await listKeys(environment), [])
})

test('what keys rejects is reported, and changes nothing', async (t) => {
  const folder = temporaryFolder(t)
  const dev = await startCommand(t, ['dev'], { DATA_DIR: folder, SECRET_KEY: secret })
  await dev.stop()
  const before = await listKeys({ DATA_DIR: folder })
  for (const { what, args, environment, message, code = 1 } of rejections) {
    const ended = await runCommand(['keys', ...args], { DATA_DIR: folder, ...environment })
    assert.equal(ended.code, code, what)
    assert.match(ended.stderr, message, what)
  }
  assert.deepEqual(await listKeys({ DATA_DIR: folder }), before)
})
