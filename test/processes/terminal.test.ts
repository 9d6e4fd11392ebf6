/** What the command asks an operator at a terminal: passwords and confirmations. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { hasTerminal, runAtTerminal } from '../support/terminal.ts'

const columns = 80
/** The default of the option. */
const accountFailureLimit = 10

async function prepare(t: TestContext): Promise<Environment> {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await runCommand(['migrate'], environment)
  for (const name of ['tim', 'ann']) await runCommand(['users', 'add', name], environment, 'long enough\n')
  return environment
}

test('two passwords that differ are asked for again, and neither is shown', async (t) => {
  if (!hasTerminal(t)) return
  const environment = await prepare(t)
  const { code, stdout } = await runAtTerminal(['users', 'add', 'grace'], environment, {
    columns,
    dialog: [
      [/Password: /, 'nanoseconds!\r'],
      [/Again: /, 'nanosecond!\r'],
      [/differ[\s\S]*Password: /, 'nanoseconds!\r'],
      [/Again: /, 'nanoseconds!\r'],
    ],
  })
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^The two passwords differ\. Enter them again\.$/m)
  assert.match(stdout, /^Added grace with the id/m)
  assert.equal(stdout.includes('nanosecond'), false)
})

test('two lines that are pasted at once answer both questions', async (t) => {
  if (!hasTerminal(t)) return
  const environment = await prepare(t)
  const { code, stdout } = await runAtTerminal(['users', 'add', 'grace'], environment, {
    columns,
    dialog: [[/Password: /, 'nanoseconds!\rnanoseconds!\r']],
  })
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^Again: $/m)
  assert.equal(stdout.includes('nanosecond'), false)
})

test('Ctrl-C at the password ends the command, and changes nothing', async (t) => {
  if (!hasTerminal(t)) return
  const environment = await prepare(t)
  const stopped = await runAtTerminal(['users', 'add', 'grace'], environment, {
    columns,
    dialog: [[/Password: /, '\u0003']],
  })
  assert.equal(stopped.code, 1)
  assert.match(stopped.stdout, /^Stopped\. Nothing was changed\.$/m)
  assert.equal((await runCommand(['users', 'show', 'grace'], environment)).code, 1)
})

for (const [answer, isDeleted] of [
  ['y', true],
  ['yes', true],
  ['', false],
  ['n', false],
] as const) {
  test(`the answer ${JSON.stringify(answer)} ${isDeleted ? 'deletes' : 'keeps'} the users`, async (t) => {
    if (!hasTerminal(t)) return
    const environment = await prepare(t)
    const { code, stdout } = await runAtTerminal(['users', 'delete', 'TIM', 'ann'], environment, {
      columns,
      dialog: [[/\[y\/N\] /, `${answer}\r`]],
    })
    assert.match(stdout, /Delete the users tim, ann\? This cannot be undone\. \[y\/N\]/)
    assert.equal(code, isDeleted ? 0 : 1, stdout)
    assert.equal((await runCommand(['users', 'list'], environment)).stdout === '', isDeleted)
  })
}

test('without a terminal, deleting needs --yes', async (t) => {
  const environment = await prepare(t)
  const redirect = ['--redirect-uri', 'https://a.example/cb']
  await runCommand(['clients', 'add', 'shop', ...redirect], environment)
  for (const args of [
    ['users', 'delete', 'tim'],
    ['clients', 'delete', 'shop'],
  ]) {
    const { code, stdout, stderr } = await runCommand(args, environment, 'y\n')
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^Deleting needs a confirmation\. In a script, give it with --yes\.$/m)
    assert.equal((await runCommand([...args, '--yes'], environment)).code, 0)
  }
})

test('users unlock ends a lockout', async (t) => {
  const environment = await prepare(t)
  const settings = { SECRET_KEY: 'd4c1f9b7e2a85036'.repeat(2), PASSWORD_GRANT: 'first-party' }
  const { origin } = await startCommand(t, ['serve'], { ...environment, ...settings })
  const logIn = async (username: string, password: string) => {
    const body = new URLSearchParams({ username, password })
    return (await fetch(`${origin}/token`, { method: 'POST', body })).status
  }
  for (let attempt = 0; attempt < accountFailureLimit; attempt++) await logIn('tim', 'wrong')
  assert.equal(await logIn('tim', 'long enough'), 401)
  assert.deepEqual(await runCommand(['users', 'unlock', 'TIM', 'ann'], environment), {
    code: 0,
    stdout: 'Unlocked tim.\nUnlocked ann.\n',
    stderr: '',
  })
  assert.equal(await logIn('tim', 'long enough'), 200)
  assert.match((await runCommand(['users', 'unlock', 'nobody'], environment)).stderr, /^There is no user "nobody"/)
})

test('clients add says when there will be no refresh token, and how to get one', async (t) => {
  const environment = await prepare(t)
  const add = async (...flags: string[]) => (await runCommand(['clients', 'add', ...flags], environment)).stdout
  const redirect = ['--public', '--redirect-uri', 'https://a.example/cb']
  const printed = await add('a', ...redirect)
  const [, advice = ''] = /It gets no refresh tokens[\s\S]*:\nnpm run -s countersign -- (.+)$/m.exec(printed) ?? []
  assert.equal((await runCommand(advice.split(' '), environment)).stdout, 'Updated a.\n')
  assert.match(
    (await runCommand(['clients', 'show', 'a'], environment)).stdout,
    /^grant_types +authorization_code refresh_token$/m,
  )
  const grants = ['--grant-type', 'authorization_code', '--grant-type', 'refresh_token']
  assert.equal((await add('b', ...redirect, ...grants)).includes('refresh'), false)
  assert.equal((await add('c', '--grant-type', 'client_credentials')).includes('refresh'), false)
})
