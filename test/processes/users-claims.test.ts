/** `countersign users add`, `update`, `show` and `import`: the claims about a user, as an operator sets them; on both databases. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

for (const kind of databaseKinds) {
  test(`${kind}: claims are set, shown, changed and removed`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url }
    const users = (...args: string[]) => runCommand(['users', ...args], environment)
    await runCommand(['migrate'], environment)

    const flags = ['--email', 'ada@example.com', '--email-verified', 'yes', '--claim', 'given_name=Ada']
    const added = await runCommand(['users', 'add', 'ada', ...flags], environment, 'analytical engine\n')
    assert.equal(added.code, 0, added.stderr)
    assert.match(
      (await users('show', 'ada')).stdout,
      /^email {6}ada@example\.com, verified$[\s\S]*^ {2}given_name {2}Ada$/m,
    )

    const address = { street_address: '12 St James’s Square', country: 'GB' }
    const claims = JSON.stringify({ address, locale: 'en-GB' })
    const changed = await users(
      'update',
      'ADA',
      '--email',
      'countess@example.com',
      '--full-name',
      'Ada Lovelace',
      '--claims',
      claims,
    )
    assert.deepEqual(changed, { code: 0, stdout: 'Updated ada.\n', stderr: '' })
    const shown = (await users('show', 'ada')).stdout
    assert.match(shown, /^full name {2}Ada Lovelace$/m)
    assert.match(shown, /^email {6}countess@example\.com$/m)
    assert.ok(
      shown.includes(`  given_name  Ada\n  address     ${JSON.stringify(address)}\n  locale      en-GB\n`),
      shown,
    )

    await users('update', 'ada', '--email-verified', 'yes', '--claim', 'given_name=', '--claim', 'address=')
    const after = (await users('show', 'ada')).stdout
    assert.match(after, /countess@example\.com, verified$/m)
    assert.equal(/given_name|address/.test(after), false)

    await users('update', 'ada', '--email', '', '--full-name', '', '--claim', 'locale=')
    assert.match((await users('show', 'ada')).stdout, /^full name {2}-\nemail {6}-$/m)
  })

  test(`${kind}: an import sets claims, and omits those without a value`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const folder = temporaryFolder(t)
    const environment = { DATA_DIR: folder, DATABASE_URL: database.url }
    const file = join(folder, 'users.json')
    const ada = {
      email: 'ada@example.com',
      email_verified: true,
      birthdate: '1815-12-10',
      phone_number: '',
      nickname: null,
    }
    writeFileSync(file, JSON.stringify({ ada, bob: { email_verified: true } }))
    await runCommand(['migrate'], environment)
    assert.match((await runCommand(['users', 'import', file], environment)).stdout, /Imported 2 user/)
    const shown = (await runCommand(['users', 'show', 'ada'], environment)).stdout
    assert.match(shown, /ada@example\.com, verified[\s\S]*\nclaims\n {2}birthdate {2}1815-12-10\n$/)
    assert.equal((await runCommand(['users', 'show', 'bob'], environment)).stdout.includes('claims'), false)
  })
}

test('attributes of the configuration are set, shown and removed, and wrong ones named', async (t) => {
  const folder = temporaryFolder(t)
  const config = join(folder, 'countersign.config.mjs')
  const attributes = { department: { scope: 'profile', type: 'string' }, floors: { scope: 'hr', type: 'array' } }
  writeFileSync(config, `export default ${JSON.stringify({ attributes, scopes: { hr: 'Read where you work.' } })}`)
  const environment = { DATA_DIR: folder, COUNTERSIGN_CONFIG: config }
  const users = (...args: string[]) => runCommand(['users', ...args], environment, 'long enough\n')
  await runCommand(['migrate'], environment)
  await users('add', 'ada')
  const set = await users('update', 'ada', '--attribute', 'department=Sales', '--attribute', 'floors=[1,"2"]')
  assert.deepEqual(set, { code: 0, stdout: 'Updated ada.\n', stderr: '' })
  assert.match((await users('show', 'ada')).stdout, /\nattributes\n {2}department {2}Sales\n {2}floors {6}\[1,"2"\]\n$/)
  await users('update', 'ada', '--attribute', 'floors=', '--attribute', 'department="R&D"')
  assert.deepEqual(JSON.parse((await users('show', 'ada', '--json')).stdout).attributes, { department: 'R&D' })
  for (const [attribute, code, message] of [
    [
      'departement=x',
      1,
      /^The attribute departement is not declared under the option attributes: did you mean department\?/,
    ],
    ['department=42', 1, /^The attribute department must be of the type string/],
    ['floors=one', 2, /^--attribute floors must be JSON, such as floors='\["a"\]'/m],
    ['department', 2, /^--attribute department has no value/m],
  ] as const) {
    const wrong = await users('update', 'ada', '--full-name', 'Ada', '--attribute', attribute)
    assert.equal(wrong.code, code, attribute)
    assert.match(wrong.stderr, message)
  }
  assert.equal(JSON.parse((await users('show', 'ada', '--json')).stdout).full_name, null)
})

const rejected: readonly { args: readonly string[]; message: RegExp; code?: 2 }[] = [
  { args: [], message: /^Name what to change with a flag/m, code: 2 },
  { args: ['--claim', 'birthdate=today'], message: /^The claim birthdate must be a date as YYYY-MM-DD/ },
  { args: ['--claim', 'role=admin'], message: /^The claim role is not one of the claims that can be set: given_name/ },
  { args: ['--claim', 'email_verified=true'], message: /^The claim email_verified belongs to the e-mail address/ },
  { args: ['--claim', 'nickname'], message: /has no value. Write it as name=value/, code: 2 },
  { args: ['--claim', 'address=Paris'], message: /--claim address must be a JSON object/, code: 2 },
  { args: ['--claims', '[]'], message: /--claims must be a JSON object/, code: 2 },
  { args: ['--claims', '{"locale":"en","locale":"fr"}'], message: /names nothing twice/, code: 2 },
  { args: ['--email-verified', 'perhaps'], message: /--email-verified must be yes or no/, code: 2 },
  { args: ['--email', 'a@b@c'], message: /^The e-mail address must have one @/ },
  { args: ['--email', 'a@b.example\r\nBcc: c@d'], message: /^The e-mail address must not contain control characters/ },
  { args: ['--full-name', 'Tim\u001b[2J'], message: /^The full name must not contain control characters/ },
  { args: ['--email', '', '--email-verified', 'yes'], message: /e-mail address is missing, so it cannot be verified/ },
]

test('what cannot be stored is rejected with the claim and the fix, and nothing changes', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await (await startCommand(t, ['dev'], environment)).stop()
  const before = (await runCommand(['users', 'show', 'tim'], environment)).stdout
  for (const { args, message, code = 1 } of rejected) {
    const ended = await runCommand(['users', 'update', 'tim', ...args], environment)
    assert.equal(ended.code, code, args.join(' '))
    assert.match(ended.stderr, message)
  }
  assert.equal((await runCommand(['users', 'show', 'tim'], environment)).stdout, before)
})

test('dev gives its users claims again when they have none', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await (await startCommand(t, ['dev'], environment)).stop()
  const show = async () => (await runCommand(['users', 'show', 'alice'], environment)).stdout
  const names = [...(await show()).matchAll(/^ {2}(\w+) +/gm)].map(([, name]) => `${name}=`)
  assert.ok(names.includes('address='), names.join())
  await runCommand(['users', 'update', 'alice', ...names.flatMap((name) => ['--claim', name])], environment)
  assert.equal((await show()).includes('claims'), false)
  await (await startCommand(t, ['dev'], environment)).stop()
  assert.match(await show(), /^ {2}family_name +Wonderland$/m)
})
