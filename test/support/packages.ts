/** The packages as they are published: built, packed by npm, and installed into an empty project outside of this repository. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { constants, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedFolder } from './shared-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const packageFolders = ['guard', 'client', 'server'] as const

export type PackageFolder = (typeof packageFolders)[number]

/** What `npm pack` says about a package, with sizes in bytes. */
export interface Packed {
  readonly name: string
  /** The path of the tarball. */
  readonly tarball: string
  /** Of the tarball. */
  readonly size: number
  /** Of the files in it. */
  readonly unpackedSize: number
  readonly files: readonly string[]
}

/** The part of a package.json that tests read. */
export interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
}

export function manifestOf(folder: PackageFolder): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
}

/** What programs write to import the entries of a package, such as `@countersign/guard/hono`. */
export function entriesOf(folder: PackageFolder): readonly string[] {
  const { name, exports } = manifestOf(folder)
  return Object.keys(exports).map((path) => `${name}${path.slice(1)}`)
}

/** Compiles what has changed since the last build. */
export function buildPackages(): void {
  run(process.execPath, [join(root, 'scripts/build.mjs')], root)
}

export type PackedPackages = Readonly<Record<PackageFolder | 'create-countersign', Packed>>

/** The packages, built and packed once in this test run. */
export function packedPackages(): PackedPackages {
  const folder = sharedFolder('packed', (made) => {
    writeFileSync(join(made, 'packed.json'), JSON.stringify(packPackages(made)))
  })
  return JSON.parse(readFileSync(join(folder, 'packed.json'), 'utf8'))
}

/** Builds the packages and packs them into `folder`. */
export function packPackages(folder: string): PackedPackages {
  buildPackages()
  const pack = (name: string) => packPackage(name, folder)
  return {
    guard: pack('guard'),
    client: pack('client'),
    server: pack('server'),
    'create-countersign': pack('create-countersign'),
  }
}

/** Each package with its dependencies, installed once in this test run into a project of its own: the projects' folders. */
export function installedProjects(): Readonly<Record<PackageFolder, string>> {
  const { guard, client, server } = packedPackages()
  const folder = sharedFolder('installed', (made) => {
    // The server depends on the guard of the same version, which no registry has before a release.
    installProject(join(made, 'server'), [guard, server])
    installProject(join(made, 'guard'), [guard])
    installProject(join(made, 'client'), [client])
  })
  return { guard: join(folder, 'guard'), client: join(folder, 'client'), server: join(folder, 'server') }
}

/**
 * Makes a project with a copy of what npm installed for the server, and with links to those dependencies of this repository that `more`
 * names. It has no others, as after `npm install` of the same names.
 */
export function copyInstalledServer(project: string, more: readonly string[]): void {
  cpSync(installedProjects().server, project, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  })
  for (const name of more) {
    const installed = join(project, 'node_modules', name)
    mkdirSync(dirname(installed), { recursive: true })
    // The server's own dependencies are there.
    if (!existsSync(installed)) symlinkSync(join(root, 'node_modules', name), installed, 'junction')
  }
}

/** Packs one folder of `packages/`, as it was built. */
function packPackage(name: string, folder: string): Packed {
  const printed = npm(['pack', '--json', '--pack-destination', folder], join(root, 'packages', name))
  const [packed] = JSON.parse(printed)
  return {
    name: packed.name,
    tarball: join(folder, packed.filename),
    size: packed.size,
    unpackedSize: packed.unpackedSize,
    files: packed.files.map(({ path }: { path: string }) => path),
  }
}

/** Extracts a tarball into a new folder. */
export function unpack({ tarball }: Packed, folder: string): void {
  mkdirSync(folder, { recursive: true })
  // Windows has tar, too. It takes a path with a drive letter for a host, so the tarball is named by its name alone.
  run('tar', ['-xzf', basename(tarball), '--strip-components=1', '-C', folder], dirname(tarball))
}

/** Makes an empty project and installs these tarballs. Other dependencies come from the registry, or from npm's cache. */
export function installProject(project: string, packed: readonly Packed[], more: readonly string[] = []): void {
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  installInto(project, packed, more)
}

/** Installs these tarballs into a project, with what its package.json names, and `more` from the registry. */
export function installInto(project: string, packed: readonly Packed[], more: readonly string[] = []): void {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  npm(['install', ...quiet, ...packed.map(({ tarball }) => tarball), ...more], project)
}

/** The npm that runs the tests, or the one that is installed. Windows starts no `npm.cmd` without a shell, so there it is npm's script. */
function npm(args: readonly string[], folder: string): string {
  const script = process.env['npm_execpath'] ?? (process.platform === 'win32' ? npmOfNode() : undefined)
  return script === undefined ? run('npm', args, folder) : run(process.execPath, [script, ...args], folder)
}

function npmOfNode(): string {
  return join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
}

function run(command: string, args: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}${error?.message ?? ''}`)
  return stdout
}
