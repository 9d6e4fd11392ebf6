/** The packages, packed and installed into empty projects as users do: what arrives, and that it runs on each version of Node. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { watch } from '../support/example.ts'
import { entriesOf, installProject, type PackageFolder, packageFolders, packPackages } from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'
import { type Runtime, runtimes } from '../support/runtimes.ts'
import { tutorialToken } from '../support/tutorial-token.ts'

/** In bytes: of the tarball, and of the files in it. */
const budgets: Readonly<Record<PackageFolder, { readonly packed: number; readonly unpacked: number }>> = {
  guard: { packed: 110_000, unpacked: 400_000 },
  client: { packed: 90_000, unpacked: 330_000 },
  // Most of it is Swagger UI.
  server: { packed: 1_000_000, unpacked: 3_500_000 },
}

const oldestNode: Readonly<Record<PackageFolder, number>> = { guard: 20, client: 20, server: 24 }

const commands: Readonly<Record<PackageFolder, string>> = {
  guard: 'countersign-guard',
  client: 'countersign-client',
  server: 'countersign',
}

const folder = temporaryFolder({ after })
const packed = packPackages(folder)
const projects = { guard: join(folder, 'guard'), client: join(folder, 'client'), server: join(folder, 'server') }

const startOfInstallation = performance.now()
// The server depends on the guard of the same version, which no registry has before a release.
installProject(projects.server, [packed.guard, packed.server])
const installationMs = performance.now() - startOfInstallation
installProject(projects.guard, [packed.guard])
installProject(projects.client, [packed.client])

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
    const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
    const startMs = performance.now() - start
    t.diagnostic(
      `first token after ${seconds(installationMs + startMs)}: ${seconds(installationMs)} of installation, ${seconds(startMs)} of start`,
    )
  })
}

/** Starts the installed command in its project; stopped when the test ends. */
async function startDev(t: TestContext, runtime: Runtime): Promise<string> {
  const [command, ...args] = commandLine(runtime, 'server')
  const child = spawn(command, [...args, 'dev'], {
    cwd: projects.server,
    env: { ...environmentOf(runtime), PORT: '0', DATA_DIR: temporaryFolder(t) },
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
