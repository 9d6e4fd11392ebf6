/** `countersign init`, and what `dev` leaves in a project: files that git ignores, and nothing that was there is changed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

/** The files that git would add in this folder. `undefined` without git. */
function filesForGit(t: TestContext, folder: string): readonly string[] | undefined {
  spawnSync('git', ['init', '-q', folder])
  const { stdout, error } = spawnSync('git', ['-C', folder, 'status', '--porcelain', '-uall'], { encoding: 'utf8' })
  if (error) {
    t.diagnostic('git is not installed: what it ignores is not checked')
    return undefined
  }
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3))
}

test('init makes an empty folder a project that dev serves, and git sees no secret', async (t) => {
  const folder = temporaryFolder(t)
  const made = await runCommand(['init'], {}, '', folder)
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stdout, /^Next:\n {2}npm install countersign\n {2}npx countersign dev$/m)
  assert.match(read(folder, '.env'), /^SECRET_KEY=[\w-]{43}\n$/)
  if (process.platform !== 'win32') assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
  assert.equal(read(folder, '.gitignore'), 'data/\n.env\n*.backup\n')

  // Without `countersign` installed.
  const migrated = await runCommand(['migrate'], {}, '', folder)
  assert.deepEqual([migrated.code, migrated.stderr], [0, ''])
  const listed = await runCommand(['clients', 'list'], {}, '', folder)
  assert.deepEqual(listed, { code: 0, stdout: '', stderr: '' })
  const backup = await runCommand(['backup', 'create', 'before.backup'], {}, '', folder)
  assert.deepEqual([backup.code, backup.stderr], [0, ''])
  const files = filesForGit(t, folder)
  if (files) assert.deepEqual(files, ['.gitignore', 'countersign.config.ts'])
})

test('init adds to a project only what it lacks, and says what it left', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }')
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n/data')
  writeFileSync(join(folder, '.env'), 'PORT=9000', { mode: 0o644 })
  const first = await runCommand(['init'], {}, '', folder)
  assert.equal(first.code, 0, first.stderr)
  assert.equal(read(folder, '.gitignore'), 'node_modules\n/data\n.env\n*.backup\n')
  assert.match(read(folder, '.env'), /^PORT=9000\nSECRET_KEY=[\w-]{43}\n$/)
  if (process.platform !== 'win32') assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
  // In a CommonJS project, Node reads only .mts as an ES module.
  assert.match(first.stdout, /^wrote {4}countersign\.config\.mts$/m)
  assert.deepEqual(
    (await runCommand(['serve'], { PORT: 'x' }, '', folder)).stderr.split('\n')[0],
    'PORT must be a number from 0 to 65535, such as 8000',
  )

  const before = ['.gitignore', '.env', 'countersign.config.mts'].map((name) => read(folder, name))
  const again = await runCommand(['init'], {}, '', folder)
  assert.match(
    again.stdout,
    /^left {5}\.gitignore\nleft {5}\.env, which has a SECRET_KEY\nleft {5}countersign\.config\.mts$/m,
  )
  assert.deepEqual(
    ['.gitignore', '.env', 'countersign.config.mts'].map((name) => read(folder, name)),
    before,
  )
})

test('init leaves the SECRET_KEY of an .env that begins with a byte order mark, which the other commands read', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, '.env'), '\uFEFFSECRET_KEY=mine\n')
  const { stdout, stderr } = await runCommand(['init'], {}, '', folder)
  assert.match(stdout, /^left {5}\.env, which has a SECRET_KEY$/m, stderr)
  assert.equal(read(folder, '.env'), '\uFEFFSECRET_KEY=mine\n')
})

/** As Windows PowerShell writes it. */
const utf16 = [
  ['with its mark', Buffer.from('\uFEFFPORT=9000\r\n', 'utf16le')],
  ['without it', Buffer.from('PORT=9000\r\n', 'utf16le')],
  ['of the other byte order', Buffer.from('\uFEFFPORT=9000\r\n', 'utf16le').swap16()],
] as const

for (const name of ['.env', '.gitignore']) {
  for (const [encoding, bytes] of utf16) {
    test(`init writes nothing beside ${name} in UTF-16 ${encoding}`, async (t) => {
      const folder = temporaryFolder(t)
      writeFileSync(join(folder, name), bytes)
      const { code, stderr } = await runCommand(['init'], {}, '', folder)
      const sentence = `${name} is UTF-16 text: save it as UTF-8. In Windows PowerShell, > writes UTF-16.\n`
      assert.deepEqual([code, stderr], [1, sentence])
      assert.deepEqual(readdirSync(folder), [name])
      assert.deepEqual(readFileSync(join(folder, name)), bytes)
    })
  }
}

test('other commands do not ignore the variables of an .env in UTF-16', async (t) => {
  const folder = temporaryFolder(t)
  for (const [encoding, bytes] of utf16) {
    writeFileSync(join(folder, '.env'), bytes)
    const { code, stderr } = await runCommand(['clients', 'list'], {}, '', folder)
    assert.equal(code, 1, encoding)
    assert.match(stderr, /^\.env is UTF-16 text: save it as UTF-8\. [^\n]*\n$/, encoding)
  }
})

test('init finds a folder in the place of a file before it writes', async (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, '.gitignore'))
  const { code, stderr } = await runCommand(['init'], {}, '', folder)
  assert.deepEqual([code, stderr], [1, '.gitignore is not a file. Remove it, or use another folder.\n'])
})

test('dev keeps git from the secret and the database, whose folder it made', async (t) => {
  const folder = temporaryFolder(t)
  await (await startCommand(t, ['dev'], { DATA_DIR: join(folder, 'data') })).stop()
  assert.match(read(folder, 'data/secret-key'), /^[\w-]{43}\n$/)
  const files = filesForGit(t, folder)
  if (files) assert.deepEqual(files, [])
})

test('dev keeps git from these in a folder that has other files, and from no other one', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'index.html'), '')
  const environment = { DATA_DIR: folder }
  await (await startCommand(t, ['dev'], environment)).stop()
  await (await startCommand(t, ['dev'], environment)).stop()
  assert.equal(read(folder, '.gitignore'), 'secret-key\ncountersign.db*\n')
  const files = filesForGit(t, folder)
  if (files) assert.deepEqual(files, ['.gitignore', 'index.html'])
})

for (const [what, written] of [
  ['negates', '.env\n!.env\n'],
  ['negates a pattern of', '.env*\n!.env\n'],
  ['has, with a space before it,', ' .env\n'],
] as const) {
  test(`init adds the line that keeps git from .env where .gitignore ${what} .env, and only once`, async (t) => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, '.gitignore'), written)
    assert.equal((await runCommand(['init'], {}, '', folder)).code, 0)
    assert.equal(read(folder, '.gitignore'), `${written}data/\n.env\n*.backup\n`)
    const files = filesForGit(t, folder)
    if (files) assert.deepEqual(files, ['.gitignore', 'countersign.config.ts'])
    await runCommand(['init'], {}, '', folder)
    assert.equal(read(folder, '.gitignore'), `${written}data/\n.env\n*.backup\n`)
  })
}

/** Runs git in the folder. Returns whether there is a git. */
function git(t: TestContext, folder: string, ...args: readonly string[]): boolean {
  const { error } = spawnSync('git', ['-C', folder, ...args])
  if (error) t.diagnostic('git is not installed: what it tracks is not checked')
  return !error
}

test('init and dev write no secret into a file that git tracks', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, '.env'), 'PORT=9000\n')
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data/secret-key'), 'a former secret')
  if (!git(t, folder, 'init', '-q')) return
  git(t, folder, 'add', '.env', 'data/secret-key')
  const made = await runCommand(['init'], {}, '', folder)
  const sentence =
    'git tracks .env, so no secret was written into it: run git rm --cached .env, then repeat the command.\n'
  assert.deepEqual([made.code, made.stderr], [1, sentence])
  assert.equal(read(folder, '.env'), 'PORT=9000\n')
  git(t, folder, 'rm', '-q', '--cached', '.env')
  assert.equal((await runCommand(['init'], {}, '', folder)).code, 0)

  const data = join(folder, 'data')
  rmSync(join(data, 'secret-key'))
  const dev = await runCommand(['dev'], { DATA_DIR: data })
  assert.equal(dev.code, 1)
  assert.match(dev.stderr, /^git tracks .*secret-key, so no secret was written into it: [^\n]*\n$/)
  assert.equal(existsSync(join(data, 'secret-key')), false)
})

test('init and dev do not go on where git tracks the database or a file beside it', async (t) => {
  for (const name of ['countersign.db', 'countersign.db-wal']) {
    const folder = temporaryFolder(t)
    const data = join(folder, 'data')
    mkdirSync(data)
    writeFileSync(join(data, name), '')
    if (!git(t, folder, 'init', '-q')) return
    git(t, folder, 'add', `data/${name}`)
    const dev = await runCommand(['dev'], { DATA_DIR: data, PORT: '0' })
    assert.equal(dev.code, 1)
    assert.ok(dev.stderr.startsWith(`git tracks ${join(data, name)}, so no secret was written into it: `), dev.stderr)
    assert.equal(existsSync(join(data, 'secret-key')), false)

    // git tracks it, whether its folder is there or not.
    rmSync(data, { recursive: true })
    const made = await runCommand(['init'], {}, '', folder)
    assert.equal(made.code, 1)
    assert.ok(
      made.stderr.startsWith(`git tracks ${join('data', name)}, so no secret was written into it: `),
      made.stderr,
    )
    assert.equal(existsSync(join(folder, '.env')), false)
  }
})

test('init writes no secret through a link to a file that git does not ignore', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'settings'), 'PORT=9000\n')
  symlinkSync('settings', join(folder, '.env'))
  if (!git(t, folder, 'init', '-q')) return
  const { code, stderr } = await runCommand(['init'], {}, '', folder)
  assert.equal(code, 1)
  assert.match(stderr, /^git does not ignore .*settings, so no secret was written into it: [^\n]*\n$/)
  assert.equal(read(folder, 'settings'), 'PORT=9000\n')
})

test('init asks git about the database that is behind a link', async (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'storage'))
  symlinkSync('storage', join(folder, 'data'))
  if (!git(t, folder, 'init', '-q')) return
  const { code, stderr } = await runCommand(['init'], {}, '', folder)
  assert.equal(code, 1)
  assert.match(stderr, /^git does not ignore .*storage\/countersign\.db, so no secret was written into it: [^\n]*\n$/)
})

test('migrate makes no database that git would add, also behind a link', async (t) => {
  for (const target of ['data', 'storage']) {
    const folder = temporaryFolder(t)
    if (target !== 'data') {
      mkdirSync(join(folder, 'storage'))
      symlinkSync('storage', join(folder, 'data'))
    }
    if (!git(t, folder, 'init', '-q')) return
    const { code, stderr } = await runCommand(['migrate'], {}, '', folder)
    assert.equal(code, 1)
    assert.match(
      stderr,
      new RegExp(`^git does not ignore .*${target}/countersign\\.db, so no secret was written into it: [^\\n]*\\n$`),
    )
    assert.equal(existsSync(join(folder, 'data/countersign.db')), false)
  }
})

test('migrate updates a database that is there, whatever git does with it', async (t) => {
  const folder = temporaryFolder(t)
  assert.equal((await runCommand(['migrate'], {}, '', folder)).code, 0)
  if (!git(t, folder, 'init', '-q')) return
  assert.equal((await runCommand(['migrate'], {}, '', folder)).code, 0)
})

test('migrate leaves a database that DATABASE_URL names to the operator', async (t) => {
  const folder = temporaryFolder(t)
  if (!git(t, folder, 'init', '-q')) return
  assert.equal((await runCommand(['migrate'], { DATABASE_URL: 'sqlite:backup.db' }, '', folder)).code, 0)
})

test('dev adds the lines that keep git from its files where the .gitignore of their folder has exceptions', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, '.gitignore'), '*\n!secret-key\n')
  await (await startCommand(t, ['dev'], { DATA_DIR: folder })).stop()
  assert.equal(read(folder, '.gitignore'), '*\n!secret-key\nsecret-key\ncountersign.db*\n')
  const files = filesForGit(t, folder)
  if (files) assert.deepEqual(files, [])
})

for (const name of ['countersign.config.ts', '.env', '.gitignore', 'data']) {
  test(`init finds that ${name} is a link to nothing before it writes`, async (t) => {
    const folder = temporaryFolder(t)
    symlinkSync('nowhere', join(folder, name))
    const { code, stderr } = await runCommand(['init'], {}, '', folder)
    const sentence = `${name} is a link to nothing. Remove the link, or restore what it leads to.\n`
    assert.deepEqual([code, stderr], [1, sentence])
    assert.deepEqual(readdirSync(folder), [name])
  })
}
