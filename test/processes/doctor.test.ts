/** `countersign doctor` as operators run it: what it prints, its exit codes, and that it prints no secret. */
import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../packages/server/src/store/open.ts'
import { addTestUsers, tim } from '../../packages/server/test/support/people.ts'
import { freePort } from '../support/free-port.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const secretKey = 'doctor-0123456789abcdefghijklmnopqrstuvwxyz'

interface Printed {
  readonly check: string
  readonly severity: string
  readonly message: string
  readonly fix: string | null
}

function printed(stdout: string): readonly Printed[] {
  return JSON.parse(stdout)
}

test('serve is examined from outside and inside, with the login of a user', async (t) => {
  const folder = temporaryFolder(t)
  const port = String(await freePort())
  const environment = { DATA_DIR: folder, SECRET_KEY: secretKey, PORT: port }
  const run = (args: string, input = '') => runCommand(args.split(' '), environment, input, folder)
  assert.equal((await run('migrate')).code, 0)
  const store = await openStore({ url: `sqlite:${join(folder, 'countersign.db')}`, migrate: false })
  await addTestUsers(store, 1)
  await store.close()
  await run('clients add app --public --redirect-uri http://127.0.0.1/callback --application-type native')
  await startCommand(t, ['serve'], environment, folder)

  const { code, stdout, stderr } = await run('doctor --user tim --json', `${tim.password}\n`)
  // A machine may lose its temporary files, which is a problem for a database, and may be so busy that it warns of slow passwords.
  const findings = printed(stdout).filter(
    ({ check, message }) => check !== 'passwords' && !message.startsWith("SQLite's file is on "),
  )
  const hasProblem = printed(stdout).some(({ severity }) => severity === 'problem')
  assert.deepEqual([code, stderr], [hasProblem ? 1 : 3, ''], stdout)
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== 'ok').map(({ check, severity }) => `${check} ${severity}`),
    ['endpoints warning', 'address skipped'],
  )
  assert.ok(findings.some(({ message }) => message === 'tim can use: login, code, token, userinfo, revoke, logout.'))
  assert.ok(!stdout.includes(secretKey) && !stdout.includes(tim.password))

  chmodSync(join(folder, 'countersign.db'), 0o644)
  const open = await run('doctor')
  assert.equal(open.code, 1)
  assert.match(open.stdout, /^problem {4}files: \S+countersign\.db has the mode 644: .*\n {11}Fix: chmod 600 /m)
  assert.match(open.stdout, /\nproblems: [12], warnings: [12], not tried: 2, ok: \d+\n$/)
})

test('without settings only the URL is examined, and a dead one is one clear problem', async (t) => {
  const folder = temporaryFolder(t)
  const { code, stdout, stderr } = await runCommand(['doctor', 'https://127.0.0.1:1'], {}, '', folder)
  assert.deepEqual([code, stderr], [1, ''])
  assert.match(stdout, /^problem {4}discovery: https:\/\/127\.0\.0\.1:1 does not respond: connect ECONNREFUSED/)
  assert.match(stdout, /^not tried {2}settings: Settings, database, files and clients: there is no SECRET_KEY/m)
})

test('what serve would refuse is a finding, and the URL is examined all the same', async (t) => {
  const environment = {
    SECRET_KEY: 'short',
    ALGORITHM: 'none',
    DATABASE_URL: 'sqlite:missing.db',
    ISSUER: 'http://127.0.0.1:1',
  }
  const { code, stdout } = await runCommand(['doctor', '--json'], environment, '', temporaryFolder(t))
  assert.equal(code, 1)
  const problems = printed(stdout).filter(({ severity }) => severity === 'problem')
  assert.deepEqual(
    problems.map(({ check }) => check),
    ['discovery', 'settings', 'settings', 'database'],
  )
  assert.match(problems[1]?.message ?? '', /^SECRET_KEY is shorter than 32 bytes/)
  assert.match(problems[3]?.message ?? '', /^There is no database at missing\.db/)
  const unreadable = await runCommand(['doctor', 'http://127.0.0.1:1'], { PORT: 'x' }, '', temporaryFolder(t))
  assert.match(unreadable.stdout, /^problem {4}settings: PORT must be a number/m)
})

test('a terminal obeys nothing that a server sends', async (t) => {
  const server = createServer((_request, response) => response.end(JSON.stringify({ issuer: '\u001b[2Jhttps://evil' })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = temporaryFolder(t)
  const text = await runCommand(['doctor', url], {}, '', folder)
  assert.match(text.stdout, /has the issuer \?\[2Jhttps:\/\/evil/)
  const json = await runCommand(['doctor', url, '--json'], {}, '', folder)
  assert.ok(!/[\p{Cc}](?<!\n)/u.test(`${text.stdout}${json.stdout}`))
})

for (const [what, file, problem] of [
  ['waits for nothing', '', 'it waits for something that never happens'],
  [
    'does not end',
    'setInterval(() => {}, 1000)\n',
    'it has not ended after 10 seconds. What it waits for must have a limit',
  ],
] as const) {
  test(`a configuration file whose import ${what} is one finding among the others`, async (t) => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'countersign.config.mjs'), `${file}await new Promise(() => {})\n`)
    const { code, stdout, stderr } = await runCommand(['doctor', 'https://127.0.0.1:1', '--json'], {}, '', folder)
    assert.deepEqual([code, stderr], [1, ''])
    const problems = printed(stdout).filter(({ severity }) => severity === 'problem')
    assert.deepEqual(
      problems.map(({ check }) => check),
      ['discovery', 'settings'],
    )
    assert.equal(problems[1]?.message, `countersign.config.mjs cannot be loaded: ${problem}`)
  })
}
