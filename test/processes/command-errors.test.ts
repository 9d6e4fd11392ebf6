/** What the `countersign` command prints when the database or standard output fails: one line, not a stack. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { loadProgram } from '../../packages/server/src/cli/program.ts'
import { migrateStore } from '../../packages/server/src/store/open.ts'
import { freshDatabase } from '../../packages/server/test/support/databases.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { command, runCommand, runInto, temporaryFolder } from '../support/process.ts'

test('a database that another program has locked is reported in a line', async (t) => {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  await migrateStore(database.url)
  const other = new DatabaseSync(database.url.slice('sqlite:'.length))
  t.after(() => other.close())
  other.exec('begin immediate')
  const args = ['clients', 'add', '--grant-type', 'client_credentials', 'machine']
  const { code, stdout, stderr } = await runCommand(args, { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url })
  assert.equal(stdout, '')
  assert.equal(
    stderr,
    'The database is not available: database is locked. Another program has locked the database. End it, if the lock stays.\n',
  )
  assert.equal(code, 1)
})

test('a full disk behind standard output is reported in a line', async () => {
  const { code, stderr } = await runInto(openSync('/dev/full', 'w'), ['help'], {})
  assert.equal(stderr, 'Standard output cannot be written: the disk is full.\n')
  assert.equal(code, 1)
})

test('a row that PostgreSQL rejects is not printed with its error', async (t) => {
  const database = await freshDatabase('postgres')
  t.after(database.remove)
  await migrateStore(database.url)
  await query(database.url, 'alter table credentials add constraint broken check (false) not valid')
  const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url }
  const { code, stderr } = await runCommand(['users', 'add', 'mira'], environment, 'a password of mira\n')
  assert.equal(code, 1)
  assert.match(stderr, /violates check constraint "broken"/)
  assert.doesNotMatch(stderr, /Failing row|argon2id\$/)
})

const onNoPort = 'postgres://user:hushhush@127.0.0.1/database?port=abc'

for (const [args, setting] of [
  [['serve'], 'DATABASE_URL'],
  [['migrate'], 'DATABASE_URL'],
  [['backup', 'create', 'new.age'], 'DATABASE_URL'],
  [['doctor', 'http://127.0.0.1:1'], 'DATABASE_URL'],
  [['move', '--to', 'sqlite:new.db'], 'DATABASE_URL'],
  [['move', '--from', 'sqlite:old.db', '--to', onNoPort], '--to'],
] as const) {
  test(`${args.slice(0, 2).join(' ')} says in a line that the port in ${setting} is no number`, async (t) => {
    const folder = temporaryFolder(t)
    const environment = {
      DATA_DIR: folder,
      DATABASE_URL: onNoPort,
      SECRET_KEY: 'a-secret-of-these-tests-0123456789-abcdef',
    }
    const { code, stdout, stderr } = await runCommand(args, environment, '', folder)
    assert.match(
      `${stdout}${stderr}`,
      new RegExp(`${setting} has a port= that is not a number from 1 to 65535: write port=5432, or leave it out`),
    )
    assert.doesNotMatch(`${stdout}${stderr}`, /hushhush|at file:/)
    assert.equal(code, args[0] === 'move' && setting === '--to' ? 2 : 1)
  })
}

test('a port that the driver takes from PGPORT, and that is no number, is reported in a line', async (t) => {
  const folder = temporaryFolder(t)
  const environment = { DATABASE_URL: 'postgres://user:hushhush@127.0.0.1/database', PGPORT: 'abc' }
  const { code, stderr } = await runCommand(['migrate'], environment, '', folder)
  assert.match(stderr, /^PostgreSQL cannot be reached: ERR_SOCKET_BAD_PORT: .*[^.]\. Check the variable PGPORT\.\n$/)
  assert.equal(code, 1)
})

test('in a folder that has been removed, each command says so in a line', {
  skip: process.platform === 'win32' && 'Windows removes no folder that a process is in',
}, async (t) => {
  const names = (await loadProgram()).commands.map((each) => each.name())
  assert.ok(names.includes('serve') && names.includes('init'))
  for (const args of [[], ['--help'], ...names.map((name) => [name])]) {
    const folder = join(temporaryFolder(t), 'removed')
    mkdirSync(folder)
    const script = ['-c', 'rmdir "$PWD"; exec "$0" "$@"', process.execPath, ...command, ...args]
    const { status, stderr } = spawnSync('sh', script, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    assert.equal(
      stderr,
      'The folder that Countersign is started in has been removed, or cannot be read (ENOENT). Change to another folder, and start it again.\n',
      args.join(' '),
    )
    assert.equal(status, 1)
  }
})
