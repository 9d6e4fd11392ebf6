/** The Containerfile is well-formed, keeps our rules, and fits the packages. `npm run container` builds the image and runs it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { problemsOf, readStages, type Step } from '../support/containerfile.ts'
import { freePort } from '../support/free-port.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { runtimes } from '../support/runtimes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const text = read('Containerfile')
const [build, image] = readStages(text)

const lastOf = (keyword: string): Step | undefined => image?.steps.findLast((step) => step.keyword === keyword)

test('the Containerfile is well-formed and keeps our rules', () => {
  assert.deepEqual(
    validate(text).map(({ message }) => message),
    [],
  )
  assert.deepEqual(problemsOf(text), [])
})

const mistakes: readonly (readonly [what: string, from: RegExp | string, to: string, problem: RegExp])[] = [
  ['the newest base', /node:[\d.]+-/, 'node:latest-', /exact version/],
  ['a base of a line of versions', /node:(\d+)[\d.]+-/, 'node:$1-', /exact version/],
  ['root', /^USER .*$/m, 'USER 0:0', /root/],
  ['a user by name', /^USER .*$/m, 'USER node', /root/],
  ['no user', /^USER .*$/m, '', /root/],
  ['no health check', /^HEALTHCHECK .*$/m, 'HEALTHCHECK NONE', /HEALTHCHECK/],
  ['an entry point in a shell', /^ENTRYPOINT .*$/m, 'ENTRYPOINT countersign', /ENTRYPOINT/],
  ['no volume', /^VOLUME .*$/m, '', /VOLUME/],
  ['a relative folder', /^WORKDIR \/app$/m, 'WORKDIR app', /WORKDIR/],
  ['ADD', 'COPY scripts', 'ADD scripts', /ADD/],
  ['a secret', /^EXPOSE .*$/m, 'ENV SECRET_KEY=x', /secret/],
]
for (const [what, from, to, problem] of mistakes) {
  test(`${what} is found`, () => {
    const changed = text.replace(from, to)
    assert.notEqual(changed, text)
    const [found = '', ...others] = problemsOf(changed)
    assert.match(found, problem)
    assert.deepEqual(others, [])
  })
}

test('its version of Node is one that the packages are tested on', () => {
  const [, version = 'none'] = /^node:([\d.]+)-/.exec(build?.base ?? '') ?? []
  const tested = runtimes.find(({ major }) => String(major) === version.split('.')[0])
  assert.ok(tested)
  const { stdout } = spawnSync(tested.path, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  assert.equal(version, stdout.trim())
})

test('what it copies exists, and .dockerignore lets it in', () => {
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1))
  const copied = (build?.steps ?? []).filter(({ keyword }) => keyword === 'COPY')
  const sources = copied.flatMap((step) => step.arguments.slice(0, -1))
  assert.deepEqual(sources.toSorted(), allowed.toSorted())
  for (const source of sources) assert.ok(existsSync(join(root, source)), source)
})

test('it starts the command of the package', () => {
  const script = JSON.parse(lastOf('ENTRYPOINT')?.arguments.join(' ') ?? '[]').at(-1)
  const { bin } = JSON.parse(read('packages/server/package.json'))
  assert.equal(script, posix.join('/app/packages/server', bin.countersign))
})

const guide = read('docs/guides/container.md')
const [, alias = ''] = /alias in-container='([^']*)'/.exec(guide) ?? []
/** The commands of the guide as the shell runs them. */
const runs = [...guide.matchAll(/(?:^\$ |\| |`)in-container (--[^\n`]*)/gm)].map(
  ([, rest = '']) => `${alias.replaceAll(/\\\n\s+/g, '')} ${rest}`,
)

test('no command of the guide has flags that exclude each other', () => {
  assert.equal(runs.length, 4)
  for (const run of runs) {
    // Docker and Podman reject a container that is both removed and started again at its end.
    assert.equal(run.includes(' --rm ') && run.includes(' --restart '), false, run)
    // A container that only runs a command stays behind unless it is removed.
    assert.equal(run.includes(' --rm '), !run.includes(' --detach '), run)
  }
})

test('`npm run container` uses the flags of the guide', () => {
  const script = read('scripts/container.mjs')
  const [, hardened = ''] = /^const hardened = (\[.*\])$/m.exec(script) ?? []
  const flags: string[] = JSON.parse(hardened.replaceAll("'", '"'))
  for (const run of runs) assert.ok(run.includes(` ${flags.join(' ')} `), run)
})

test('its health check passes while the server responds, and fails otherwise', async (t) => {
  const [, ...words] = lastOf('HEALTHCHECK')?.arguments ?? []
  const [, ...args]: string[] = JSON.parse(words.join(' '))
  const check = (port: string) =>
    spawnSync(process.execPath, args, { env: { PATH: process.env['PATH'], PORT: port }, encoding: 'utf8' })
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const healthy = check(new URL(origin).port)
  assert.deepEqual([healthy.status, healthy.stderr], [0, ''])
  assert.equal(check(String(await freePort())).status, 1)
})
