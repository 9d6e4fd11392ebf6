/** The command as its users see it, except for the applications themselves: test/packages/create-countersign.test.ts runs those. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { nextSteps } from '../src/next-steps.ts'
import { packageNameOf } from '../src/package-name.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** So that its files are compiled once. */
const fastStart = ['--import', new URL('../../../scripts/fast-start.mjs', import.meta.url).href]

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-countersign-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the command in `folder`. Its input is no terminal. */
function create(folder: string, args: readonly string[], node: readonly string[] = []) {
  return spawnSync(process.execPath, [...fastStart, ...node, main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    input: '',
  })
}

for (const template of ['hono', 'express', 'next']) {
  test(`${template}: writes the files, and says how to go on`, (t) => {
    const folder = emptyFolder(t)
    const { status, stdout, stderr } = create(folder, ['Shop & Café', '--template', template])
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /cd 'Shop & Café'\n {2}npm install\n/)
    const names = readdirSync(join(folder, 'Shop & Café'))
    for (const name of ['.env', '.gitignore', 'README.md', 'package.json', 'test'])
      assert.ok(names.includes(name), name)
    assert.deepEqual(
      names.filter((name) => name.startsWith('_')),
      [],
    )
    const { name, dependencies } = JSON.parse(readFileSync(join(folder, 'Shop & Café/package.json'), 'utf8'))
    assert.equal(name, 'shop-caf')
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    for (const ours of ['countersign', '@countersign/guard', '@countersign/client']) {
      assert.equal(dependencies[ours], `^${version}`)
    }
  })
}

test('the secrets are fresh, and only the user may read them', (t) => {
  const folder = emptyFolder(t)
  const secrets = ['a', 'b'].flatMap((name) => {
    assert.equal(create(folder, [name, '--yes']).status, 0)
    const file = join(folder, name, '.env')
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
    return [...readFileSync(file, 'utf8').matchAll(/^(?:SECRET_KEY|CLIENT_SECRET|COOKIE_SECRET)=([0-9a-f]{64})$/gm)]
  })
  assert.equal(new Set(secrets.map(([, secret]) => secret)).size, 6)
})

test('a folder that is not empty is rejected, and nothing in it changes', (t) => {
  const folder = emptyFolder(t)
  mkdirSync(join(folder, 'shop'))
  writeFileSync(join(folder, 'shop/package.json'), 'mine')
  const { status, stderr } = create(folder, ['shop', '--yes'])
  assert.equal(status, 1)
  assert.equal(stderr, 'The folder shop is not empty. Name another one: nothing is overwritten.\n')
  assert.deepEqual(readdirSync(join(folder, 'shop')), ['package.json'])
  assert.equal(readFileSync(join(folder, 'shop/package.json'), 'utf8'), 'mine')
})

test('a link to an empty folder is that folder', (t) => {
  const folder = emptyFolder(t)
  mkdirSync(join(folder, 'there'))
  symlinkSync('there', join(folder, 'here'))
  const { status, stderr } = create(folder, ['here', '--yes'])
  assert.deepEqual([status, stderr], [0, ''])
  assert.equal(JSON.parse(readFileSync(join(folder, 'there/package.json'), 'utf8')).name, 'here')
})

for (const [folderName, packageName] of [
  ['node_modules', 'application'],
  ['Favicon.ico', 'application'],
  ['...', 'application'],
  ['x'.repeat(250), 'x'.repeat(214)],
  ['x'.repeat(213).concat(' &').concat('y'.repeat(20)), 'x'.repeat(213)],
] as const) {
  test(`the application in ${folderName.slice(0, 20)} has a name that npm accepts`, () => {
    assert.equal(packageNameOf(folderName), packageName)
  })
}

for (const [folderName, line] of [
  ['shop', 'cd shop'],
  ["it's", String.raw`cd 'it'\''s'`],
  ['$(id)', "cd '$(id)'"],
  ['-dash', 'cd -- -dash'],
  ['- dash', "cd -- '- dash'"],
  ['a/-b', 'cd a/-b'],
] as const) {
  test(`the next step into ${folderName} is for a shell`, () => {
    assert.ok(nextSteps({ folder: folderName, template: 'hono' }).includes(`  ${line}\n  npm install\n`))
  })
}

test('a folder without a name, or whose name a terminal would obey, is rejected', (t) => {
  const folder = emptyFolder(t)
  for (const [name, message] of [
    ['', 'The folder has no name.\n'],
    ['a\u001b[31mb', 'The name of the folder has characters that cannot be shown.\n'],
    ['a\nb', 'The name of the folder has characters that cannot be shown.\n'],
    ['a\u202eb', 'The name of the folder has characters that cannot be shown.\n'],
  ] as const) {
    const { status, stderr } = create(folder, [name, '--yes'])
    assert.deepEqual([status, stderr], [2, message])
  }
  assert.equal(create(folder, ['--\u001b[31m']).stderr.includes('\u001b'), false)
  assert.deepEqual(readdirSync(folder), [])
})

test('--yes takes the defaults', (t) => {
  const folder = emptyFolder(t)
  assert.match(create(folder, ['--yes']).stdout, /^Wrote my-application\.$/m)
  assert.deepEqual(readdirSync(folder), ['my-application'])
})

test('mistakes are named in one sentence', (t) => {
  const folder = emptyFolder(t)
  writeFileSync(join(folder, 'file'), '')
  const mistakes: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['shop', '--template', 'koa'], /^There is no template "koa"\. Choose one of hono, express, next\.$/m],
    [['shop', 'other', '--yes'], /^Name one folder, not 2\.$/m],
    [['--colour'], /^Unknown option '--colour'/m],
    [['shop'], /^Nobody can answer questions here: name a folder and a --template, or pass --yes\.$/m],
    [['file', '--yes'], /^EEXIST: .*file/m],
  ]
  for (const [args, message] of mistakes) {
    const { status, stderr } = create(folder, args)
    // The system's own message is about the folder, not the command line.
    assert.equal(status, stderr.startsWith('EEXIST') ? 1 : 2, stderr)
    assert.match(stderr, message)
  }
  assert.deepEqual(readdirSync(folder), ['file'])
})

test('--help prints the usage', (t) => {
  const { status, stdout } = create(emptyFolder(t), ['--help'])
  assert.equal(status, 0)
  assert.match(stdout, /^create-countersign - /)
})

test('an older Node gets one sentence', (t) => {
  const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.0" } })'
  const { status, stderr } = create(emptyFolder(t), ['--yes'], ['--import', `data:text/javascript,${older}`])
  assert.equal(status, 1)
  assert.equal(stderr, 'create-countersign needs Node 20 or newer, and this is Node 18.20.0.\n')
})
