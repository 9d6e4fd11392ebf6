/** The packages, packed and installed into empty projects as users do: what arrives, and that it runs on each version of Node. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { watch } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import {
  entriesOf,
  installedProjects,
  type PackageFolder,
  packageFolders,
  packedPackages,
  unpack,
} from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'
import { type Runtime, runtimes } from '../support/runtimes.ts'
import { tutorialToken } from '../support/tutorial-token.ts'

/** In bytes: of the tarball, and of the files in it. */
const budgets: Readonly<Record<PackageFolder, { readonly packed: number; readonly unpacked: number }>> = {
  guard: { packed: 110_000, unpacked: 400_000 },
  client: { packed: 90_000, unpacked: 330_000 },
  // Most of it is Swagger UI.
  server: { packed: 1_320_000, unpacked: 4_350_000 },
}

const oldestNode: Readonly<Record<PackageFolder, number>> = { guard: 20, client: 20, server: 24 }

const commands: Readonly<Record<PackageFolder, string>> = {
  guard: 'countersign-guard',
  client: 'countersign-client',
  server: 'countersign',
}

const packed = packedPackages()
const projects = installedProjects()

for (const name of packageFolders) {
  test(`${packed[name].name}: the tarball has the compiled files and the documents, within its budget`, (t) => {
    const { size, unpackedSize, files } = packed[name]
    t.diagnostic(`${size} bytes packed, ${unpackedSize} unpacked, ${files.length} files`)
    assert.deepEqual(
      files.filter((path) => !path.startsWith('dist/')),
      ['LICENSE', 'README.md', 'package.json'],
    )
    assert.deepEqual(
      files.filter((path) => path.endsWith('.tsbuildinfo')),
      [],
    )
    assert.ok(size <= budgets[name].packed, `${size} bytes packed are more than ${budgets[name].packed}`)
    assert.ok(unpackedSize <= budgets[name].unpacked, `${unpackedSize} bytes are more than ${budgets[name].unpacked}`)
  })

  test(`${packed[name].name}: the installation ran no script and compiled nothing`, () => {
    const { packages } = JSON.parse(readFileSync(join(projects[name], 'node_modules/.package-lock.json'), 'utf8'))
    const installed = Object.keys(packages)
    assert.ok(installed.includes(`node_modules/${packed[name].name}`))
    assert.deepEqual(
      installed.filter((path) => packages[path].hasInstallScript),
      [],
    )
  })

  for (const runtime of runtimes.filter(({ major }) => major >= oldestNode[name])) {
    test(`Node ${runtime.major}: each entry of ${packed[name].name} is imported, and its command runs`, () => {
      const imports = entriesOf(name).map((entry) => `await import('${entry}')`)
      const settings = { cwd: projects[name], encoding: 'utf8', env: environmentOf(runtime) } as const
      const imported = spawnSync(runtime.path, ['--input-type=module', '--eval', imports.join('\n')], settings)
      assert.deepEqual([imported.status, imported.stderr], [0, ''])
      const [command, ...args] = commandLine(runtime, name)
      const help = spawnSync(command, [...args, 'help'], settings)
      assert.deepEqual([help.status, help.stderr], [0, ''])
      assert.match(help.stdout, new RegExp(`^(Usage: )?${commands[name]}\\b`))
    })
  }
}

for (const runtime of runtimes.filter(({ major }) => major >= oldestNode.server)) {
  test(`Node ${runtime.major}: countersign dev issues a token`, async (t) => {
    const start = performance.now()
    const origin = await startDev(t, runtime)
    await tutorialToken(origin)
    t.diagnostic(`first token ${((performance.now() - start) / 1000).toFixed(1)} s after the start`)
  })
}

test('countersign: without the driver of a directory, it says how to install it', () => {
  const directories = {
    mysql2: `sqlDirectory({ preset: 'laravel', url: 'mysql://127.0.0.1:1/app' })`,
    mongodb: `mongoDirectory({ url: 'mongodb://127.0.0.1:1/app' })`,
    ldapts: `ldapDirectory({ preset: 'openldap', url: 'ldap://127.0.0.1:1', baseDn: 'dc=example' })`,
  }
  for (const [driver, directory] of Object.entries(directories)) {
    const code = `import { ldapDirectory, mongoDirectory, sqlDirectory } from 'countersign'
      await ${directory}.open().catch(({ message }) => console.log(message))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: projects.server,
      encoding: 'utf8',
    })
    assert.deepEqual([stdout, stderr], [`The package ${driver} is missing: npm install ${driver}\n`, ''])
  }
})

const newApplication = packed['create-countersign']

test('create-countersign: the tarball is within its budget', (t) => {
  const { size, unpackedSize } = newApplication
  t.diagnostic(`${size} bytes packed, ${unpackedSize} unpacked`)
  assert.ok(size <= 25_000, `${size} bytes packed are more than 25000`)
  assert.ok(unpackedSize <= 80_000, `${unpackedSize} bytes are more than 80000`)
})

for (const { major, path } of runtimes) {
  test(`Node ${major}: create-countersign writes an application`, (t) => {
    const folder = temporaryFolder(t)
    unpack(newApplication, folder)
    const settings = { cwd: folder, encoding: 'utf8', env: {} } as const
    const { status, stderr } = spawnSync(path, ['dist/main.js', 'shop', '--yes'], settings)
    assert.deepEqual([status, stderr], [0, ''])
    assert.ok(existsSync(join(folder, 'shop/package.json')))
  })
}

/** Starts the installed command in its project; stopped when the test ends. */
async function startDev(t: TestContext, runtime: Runtime): Promise<string> {
  const [command, ...args] = commandLine(runtime, 'server')
  const child = spawn(command, [...args, 'dev'], {
    cwd: projects.server,
    env: { ...environmentOf(runtime), PORT: String(await freePort()), DATA_DIR: temporaryFolder(t) },
    detached: true,
  })
  return await watch(t, child).said(/ready at (http:\S+)/)
}

/** What npx runs: npm's link to the command, whose first line finds Node by the PATH. Windows starts no links: there it is the script. */
function commandLine(runtime: Runtime, name: PackageFolder): readonly [command: string, ...args: string[]] {
  const modules = join(projects[name], 'node_modules')
  if (process.platform !== 'win32') return [join(modules, '.bin', commands[name])]
  const installed = join(modules, packed[name].name)
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  return [runtime.path, join(installed, bin[commands[name]])]
}

/** Of this machine's environment only the PATH, which begins with the runtime's folder. */
function environmentOf({ path }: Runtime): NodeJS.ProcessEnv {
  return { PATH: [dirname(path), process.env['PATH']].join(delimiter) }
}
