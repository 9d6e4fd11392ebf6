/** `countersign users` and `countersign why`, as an operator uses them: on both databases. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { runCommand, runUnread, startCommand, temporaryFolder } from '../support/process.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a user is added, logs in, is disabled, enabled, gets a new password, is shown and deleted`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url }
    const users = (...args: string[]) => runCommand(['users', ...args], environment)
    const dev = await startCommand(t, ['dev'], environment)
    const login = async (password: string) => {
      const body = new URLSearchParams({ username: 'Grace', password })
      return (await fetch(`${dev.origin}/token`, { method: 'POST', body })).status
    }

    const added = await runCommand(
      ['users', 'add', 'grace', '--full-name', 'Grace Hopper'],
      environment,
      'nanoseconds!\n',
    )
    assert.match(added.stdout, /^Added grace with the id [\w-]+\.$/m)
    assert.equal(await login('nanoseconds!'), 200)

    assert.equal((await users('disable', 'grace')).stdout, 'Disabled grace.\n')
    assert.equal(await login('nanoseconds!'), 401)
    assert.equal((await users('enable', 'GRACE')).stdout, 'Enabled grace.\n')
    assert.equal(await login('nanoseconds!'), 200)

    await runCommand(['users', 'passwd', 'grace'], environment, 'a moth in the relay\n')
    assert.equal(await login('nanoseconds!'), 401)
    assert.equal(await login('a moth in the relay'), 200)

    const shown = await users('show', 'grace')
    assert.match(shown.stdout, /full name {2}Grace Hopper[\s\S]*state {6}enabled[\s\S]*password {3}argon2id/)
    assert.equal(shown.stdout.includes('$argon2'), false)
    assert.match((await users('list')).stdout, /^alice\t[\s\S]*^grace\t[\s\S]*^tim\t/m)

    assert.deepEqual(await users('delete', 'grace', 'GRACE', 'grace', '--yes'), {
      code: 0,
      stdout: 'Deleted grace.\n',
      stderr: '',
    })
    assert.equal(await login('a moth in the relay'), 401)
    const gone = await users('show', 'grace')
    assert.equal(gone.code, 1)
    assert.match(gone.stderr, /There is no user "grace"/)
  })

  test(`${kind}: why shows which check of a rejected request failed`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url }
    const dev = await startCommand(t, ['dev'], environment)
    const response = await fetch(`${dev.origin}/users/me`, { headers: { authorization: 'Bearer a.b.c' } })
    const requestId = response.headers.get('x-request-id') ?? ''
    await dev.stop()

    const why = await runCommand(['why', requestId], environment)
    assert.equal(why.code, 0)
    assert.match(why.stdout, new RegExp(`GET /users/me -> 401 token_malformed  \\(${requestId}\\)`))
    assert.match(why.stdout, /FAILED get_current_user/)
    assert.match(why.stdout, /expected:/)
    assert.match(why.stdout, /^token_malformed: .+\nWhat to do: /m)

    const unknown = await runCommand(['why', 'no-such-request'], environment)
    assert.equal(unknown.code, 1)
    assert.match(unknown.stderr, /stored, for 7 days/)
  })
}

const rejected: readonly { what: string; args: readonly string[]; input: string; message: RegExp; code?: 2 }[] = [
  { what: 'a taken username in another spelling', args: ['TIM'], input: 'long enough\n', message: /username is taken/ },
  { what: 'a full-width spelling', args: ['ｔｉｍ'], input: 'long enough\n', message: /username is taken/ },
  { what: 'letters of two alphabets', args: ['аlice'], input: 'long enough\n', message: /look alike/ },
  { what: 'a zero-width joiner', args: ['ali\u200dce'], input: 'long enough\n', message: /invisible/ },
  { what: 'a variation selector', args: ['tim\ufe0f'], input: 'long enough\n', message: /invisible/ },
  { what: 'a filler', args: ['\u3164'], input: 'long enough\n', message: /invisible/ },
  { what: 'white space at the end', args: ['bob '], input: 'long enough\n', message: /white space/ },
  { what: 'a short password', args: ['bob'], input: 'short\n', message: /at least 8 characters/ },
  { what: 'no password', args: ['bob'], input: '', message: /Standard input has no password/ },
  { what: 'a password in argv', args: ['bob', 'hunter2!'], input: '', message: /received 2\.$/m, code: 2 },
]

test('C4 an invalid user is rejected with the reason', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await (await startCommand(t, ['dev'], environment)).stop()
  for (const { what, args, input, message, code = 1 } of rejected) {
    const ended = await runCommand(['users', 'add', ...args], environment, input)
    assert.equal(ended.code, code, what)
    assert.match(ended.stderr, message, what)
    assert.equal(ended.stderr.includes('hunter2'), false)
  }
})

test("the tutorial's dict is imported, and its users log in with their old passwords and ids", async (t) => {
  const folder = temporaryFolder(t)
  const environment = { DATA_DIR: folder, SECRET_KEY: 'a secret for the test, long enough: 92746501' }
  const file = join(folder, 'users.json')
  writeFileSync(
    file,
    JSON.stringify({
      tim: {
        username: 'tim',
        full_name: 'Tim Ruscica',
        email: 'tim@gmail.com',
        hashed_password: '$2b$12$2Ss8aodwv5mZjR1Ofee86.OgtdlekDXCtdB6xH.l/nUMd9K73tmXa',
        disabled: false,
      },
      ann: { full_name: 'Ann', hashed_password: null },
    }),
  )
  await runCommand(['migrate'], environment)
  const dry = await runCommand(['users', 'import', file, '--dry-run'], environment)
  assert.match(dry.stdout, /Read 2 row\(s\)\.\n {2}1 with bcrypt\n {2}1 without a password[\s\S]*A dry run/)
  assert.equal((await runCommand(['users', 'list'], environment)).stdout, '')

  const imported = await runCommand(['users', 'import', file], environment)
  assert.equal(imported.code, 0)
  assert.match(imported.stdout, /Imported 2 user\(s\)\./)
  const again = await runCommand(['users', 'import', file], environment)
  assert.match(again.stdout, /2 present already[\s\S]*Imported 0/)

  const serve = await startCommand(t, ['serve'], { ...environment, PASSWORD_GRANT: 'first-party' })
  const body = new URLSearchParams({ username: 'tim', password: 'tim1234' })
  const response = await fetch(`${serve.origin}/token`, { method: 'POST', body })
  const token = JSON.parse(await response.text()).access_token
  assert.equal(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub, 'tim')
})

test('a file with a wrong row is not imported partially, and the message names the line', async (t) => {
  const folder = temporaryFolder(t)
  const environment = { DATA_DIR: folder }
  const file = join(folder, 'users.jsonl')
  const hash = '$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$oQniwjLkYbajNGr0RGSng8udgXKplgpN15LZNV56KTQ'
  const rows = [
    { username: 'good', hashed_password: hash, is_staff: true },
    { username: 'md5', hashed_password: '5f4dcc3b5aa765d61d8327deb882cf99' },
    { username: 'GOOD', hashed_password: hash },
    { username: 'costly', hashed_password: hash.replace('29000', '99000000') },
    { username: 'bad\u200d', hashed_password: hash },
    { username: 'truth', hashed_password: hash, disabled: 'perhaps' },
    { username: 'claims', hashed_password: hash, birthdate: '10.12.1815', picture: 'javascript:alert(1)' },
  ]
  writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join('\n')}\nthis is not JSON\n`)
  await runCommand(['migrate'], environment)
  const ended = await runCommand(['users', 'import', file], environment)
  assert.equal(ended.code, 1)
  for (const line of [
    /rejected, line 2: hashed_password is a weak hash \(hex-md5\), which can be guessed too fast/,
    /rejected, line 3: username is also at line 1/,
    /rejected, line 4: hashed_password is a pbkdf2-sha256 hash that costs more/,
    /rejected, line 5: username contains invisible/,
    /rejected, line 6: disabled must be true or false/,
    /rejected, line 7: birthdate must be a date as YYYY-MM-DD.*; picture must be a web address/,
    /rejected, line 8: is not valid JSON/,
    /ignored members: is_staff/,
  ]) {
    assert.match(ended.stdout, line)
  }
  assert.equal((ended.stdout + ended.stderr).includes(hash), false)
  assert.match(ended.stderr, /7 row\(s\) were rejected, so nothing was imported/)
  assert.equal((await runCommand(['users', 'list'], environment)).stdout, '')
})

const unreadable: readonly { what: string; content: string; message: RegExp }[] = [
  {
    what: 'a user twice',
    content: '{"tim":{"disabled":true},"tim":{"disabled":false}}',
    message: /username is also at line 1, entry 1/,
  },
  { what: 'not JSON', content: 'username', message: /neither JSON, JSON lines, CSV .* nor LDIF/ },
  { what: 'a string', content: '"users"', message: /neither JSON, JSON lines, CSV .* nor LDIF/ },
  { what: 'a deep nest', content: `${'['.repeat(10_000)}${']'.repeat(10_000)}`, message: /nested too deeply/ },
]

test('a file that is ambiguous or unreadable is rejected', async (t) => {
  const folder = temporaryFolder(t)
  const environment = { DATA_DIR: folder }
  await runCommand(['migrate'], environment)
  const file = join(folder, 'users.json')
  for (const { what, content, message } of unreadable) {
    writeFileSync(file, content)
    const ended = await runCommand(['users', 'import', file], environment)
    assert.equal(ended.code, 1, what)
    assert.match(ended.stdout + ended.stderr, message, what)
  }
  const device = await runCommand(['users', 'import', '/dev/null'], environment)
  assert.match(device.stderr, /is not a file/)
  writeFileSync(file, '{"tim":{"id":"a\\nb"}}')
  assert.match(
    (await runCommand(['users', 'import', file], environment)).stdout,
    /line 1, entry 1: id contains control characters/,
  )
})

test('a command whose output pipe is closed ends quietly', async () => {
  assert.deepEqual(await runUnread(['--help'], {}), { code: 141, stdout: '', stderr: '' })
})

test('a password ends only at the line feed, and stored text has no effect on the terminal', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const dev = await startCommand(t, ['dev'], environment)
  const added = await runCommand(['users', 'add', 'eve'], environment, 'correct horse\u2028battery staple\r\nmore\n')
  assert.equal(added.code, 0)
  const login = async (password: string) => {
    const body = new URLSearchParams({ username: 'eve', password })
    return (await fetch(`${dev.origin}/token`, { method: 'POST', body })).status
  }
  assert.equal(await login('correct horse'), 401)
  assert.equal(await login('correct horse\u2028battery staple'), 200)
  // As an earlier version stored them, which did not check the values.
  const url = `sqlite:${join(environment.DATA_DIR, 'countersign.db')}`
  await query(
    url,
    "update profiles set email = char(27) || ']0;owned' || char(7), full_name = 'Eve' || char(10) || 'username  root' where username = 'eve'",
  )
  for (const args of [['list'], ['show', 'eve']]) {
    const { stdout } = await runCommand(['users', ...args], environment)
    for (const control of ['\u001b', '\u0007']) assert.equal(stdout.includes(control), false)
    assert.equal(/^username {2}root/m.test(stdout), false)
  }
})
