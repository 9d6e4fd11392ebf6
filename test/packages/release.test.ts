/** A release: all places name one version, and the workflow publishes exactly the public packages, with provenance. Runs the scripts on a copy. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Finished, temporaryFolder } from '../support/process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const url = 'git+https://github.com/someone/countersign.git'
const manifests = globSync(
  ['package.json', 'packages/*/package.json', 'bench/package.json', 'examples/*/package.json'],
  {
    cwd: root,
  },
)

interface Copy {
  readonly run: (script: 'set-version' | 'prepare-release', ...args: readonly string[]) => Finished
  readonly read: (path: string) => string
  readonly edit: (path: string, from: string | RegExp, to: string) => void
}

/** The files that a release reads and writes, with the address of a repository and unreleased changes. */
function copyRepository(t: TestContext): Copy {
  const folder = temporaryFolder(t)
  const files = [...manifests, 'CHANGELOG.md', 'UPGRADING.md', 'packages/server/src/config/version.ts', 'scripts']
  for (const path of files) cpSync(join(root, path), join(folder, path), { recursive: true })
  const copy: Copy = {
    run: (script, ...args) => {
      const path = join(folder, 'scripts', `${script}.mjs`)
      const { status: code, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { encoding: 'utf8' })
      return { code, stdout, stderr }
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    edit: (path, from, to) => {
      const text = copy.read(path)
      assert.notEqual(text.replace(from, to), text, `${path} has ${from}`)
      writeFileSync(join(folder, path), text.replace(from, to))
    },
  }
  copy.edit('package.json', /("url": ")[^"]*"/, `$1${url}"`)
  for (const page of ['CHANGELOG.md', 'UPGRADING.md']) copy.edit(page, /^## \d.*$/m, '## 2.0.0, unreleased')
  return copy
}

/** A copy that is ready to be released. */
function preparedRepository(t: TestContext): Copy {
  const copy = copyRepository(t)
  assert.equal(copy.run('set-version', '2.3.4').code, 0)
  return copy
}

test('set-version gives one version to the packages and to all that depend on them', (t) => {
  const copy = preparedRepository(t)
  const versions = manifests.flatMap((path) => {
    const { name, version, dependencies, devDependencies } = JSON.parse(copy.read(path))
    const named = Object.entries({ ...dependencies, ...devDependencies, [name]: version ?? 'none' })
    return named.filter(([one]) => /^(@countersign\/(guard|client)|countersign)$/.test(one)).map(([, one]) => one)
  })
  assert.ok(versions.length > 10)
  assert.deepEqual([...new Set(versions)], ['2.3.4'])
  assert.match(copy.read('packages/server/src/config/version.ts'), /version = '2\.3\.4'/)
  for (const page of ['CHANGELOG.md', 'UPGRADING.md']) assert.match(copy.read(page), /^## 2\.3\.4$/m)
})

test('set-version changes nothing else in a package.json', (t) => {
  const copy = preparedRepository(t)
  for (const path of manifests.filter((one) => one !== 'package.json')) {
    const current = readFileSync(join(root, path), 'utf8')
    const { version = '0.1.0' } = JSON.parse(current)
    assert.equal(copy.read(path).replaceAll('"2.3.4"', `"${version}"`), current, path)
  }
})

test('set-version rejects what is not a version', (t) => {
  const copy = copyRepository(t)
  for (const args of [[], ['v2.3.4'], ['2.3'], ['latest']]) assert.equal(copy.run('set-version', ...args).code, 1)
})

test('prepare-release accepts the tag of that version, and names the repository in each package', (t) => {
  const copy = preparedRepository(t)
  const { code, stderr } = copy.run('prepare-release', 'v2.3.4')
  assert.deepEqual([code, stderr], [0, ''])
  for (const name of ['guard', 'client', 'server', 'create-countersign']) {
    const { repository } = JSON.parse(copy.read(`packages/${name}/package.json`))
    assert.deepEqual(repository, { type: 'git', url, directory: `packages/${name}` })
  }
})

const mistakes: readonly (readonly [what: string, path: string, from: string | RegExp, to: string, message: RegExp])[] =
  [
    ['a package of another version', 'packages/client/package.json', '2.3.4', '2.3.3', /client\/package\.json has/],
    [
      'another guard',
      'packages/server/package.json',
      /(guard": ")2\.3\.4/,
      '$12.3.3',
      /depends on @countersign\/guard/,
    ],
    ['another constant', 'packages/server/src/config/version.ts', '2.3.4', '2.3.3', /config\/version\.ts/],
    ['no entry in the changelog', 'CHANGELOG.md', '## 2.3.4', '## next', /CHANGELOG\.md has no heading/],
    ['no entry about upgrading', 'UPGRADING.md', '## 2.3.4', '## next', /UPGRADING\.md has no heading/],
    ['no repository', 'package.json', url, '', /Set repository\.url/],
  ]
for (const [what, path, from, to, message] of mistakes) {
  test(`prepare-release rejects ${what}, and changes nothing`, (t) => {
    const copy = preparedRepository(t)
    copy.edit(path, from, to)
    const before = copy.read('packages/guard/package.json')
    const { code, stderr } = copy.run('prepare-release', 'v2.3.4')
    assert.equal(code, 1)
    assert.match(stderr, message)
    assert.equal(stderr.trim().split('\n').length, 1)
    assert.equal(copy.read('packages/guard/package.json'), before)
  })
}

test('prepare-release rejects what is not the tag of a version', (t) => {
  const copy = preparedRepository(t)
  for (const args of [[], ['2.3.4'], ['v2.3'], ['v2.3.5']]) assert.equal(copy.run('prepare-release', ...args).code, 1)
})

test('prepare-release rejects a pre-release, which npm would give to everybody', (t) => {
  const copy = copyRepository(t)
  assert.equal(copy.run('set-version', '2.3.4-rc.1').code, 0)
  const { code, stderr } = copy.run('prepare-release', 'v2.3.4-rc.1')
  assert.equal(code, 1)
  assert.match(stderr, /Pre-releases are not published/)
})

test('the workflow publishes each public package, guard first, with provenance', () => {
  const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')
  const [publish = ''] = /^ +- run: npm publish .*$/m.exec(workflow) ?? []
  const published = [...publish.matchAll(/--workspace (\S+)/g)].map(([, folder]) => folder)
  const open = manifests.filter((path) => JSON.parse(readFileSync(join(root, path), 'utf8')).private !== true)
  assert.deepEqual(
    published.toSorted(),
    open.map((path) => path.replaceAll('\\', '/').replace('/package.json', '')).toSorted(),
  )
  assert.ok(published.indexOf('packages/guard') < published.indexOf('packages/server'))
  assert.match(publish, / --provenance /)
  // npm signs the provenance with the identity of the run; reviewers of the environment approve it.
  assert.match(workflow, /^ +id-token: write$/m)
  assert.match(workflow, /^ +environment: npm$/m)
  const commands = [...workflow.matchAll(/^ +- run: (.*)$/gm)].map(([, command = '']) => command.split(' -- ')[0])
  assert.deepEqual(commands.slice(0, 3), ['npm ci', 'npm run prepare-release', 'npm test'])
})
