/**
 * Installs what a fresh clone lacks: the dependencies, and for tests a Chromium and the older versions of Node. Runs before every npm script on whatever
 * Node (>= 18) the machine has, so it uses nothing but Node itself. When nothing is missing it takes a few milliseconds.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const installed = join(root, 'node_modules', '.package-lock.json')
const lock = join(root, 'package-lock.json')
/** The tests read here which browser to start. */
const chromiumNote = join(root, 'node_modules', '.cache', 'countersign', 'chromium-path')
/** The tests find here the other runtimes that the packages must run on. */
const runtimes = join(root, 'node_modules', '.cache', 'countersign', 'runtimes')
/** The tests of MongoDB start this server. Its version is in test/support/ferretdb/go.mod. */
const ferretdb = join(root, 'node_modules', '.cache', 'countersign', 'ferretdb-1.24.0')
const { platform, arch } = process
const nodePrefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'
const nodeBinary = `${nodePrefix}-${platform === 'win32' ? 'win' : platform}-${arch}`
const bunBinary = `@oven/bun-${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`
const denoBinary = `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`
const otherRuntimes = [
  { name: 'node20', source: nodeBinary, version: '20.20.2' },
  { name: 'node22', source: nodeBinary, version: '22.23.3' },
  { name: 'node24', source: nodeBinary, version: '24.21.0' },
  { name: 'bun', source: bunBinary, version: '1.4.5' },
  { name: 'deno', source: denoBinary, version: '2.9.6' },
]

if (Number(process.versions.node.split('.')[0]) < 18) {
  fail(`Node ${process.versions.node} is too old to set up Countersign. Install Node 18 or newer: https://nodejs.org`)
}
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) installDependencies()
// After the installation: the folder is named by its time.
const { bundling, singleFilesFolder } = await import('./single-files.mjs')
if (!existsSync(singleFilesFolder)) joinDependencies(await import('esbuild'))
if (process.argv.includes('--browser')) provideChromium()
if (process.argv.includes('--runtimes')) provideRuntimes()
if (process.argv.includes('--shells')) provideShells()
if (process.argv.includes('--databases')) {
  provideMariadb()
  provideMongodb()
  provideOpenldap()
  providePgbouncer()
}
if (process.argv.includes('--proxies')) provideNginx()
if (process.argv.includes('--cluster')) provideCluster()
if (process.argv.includes('--tracer')) provideStrace()

function installDependencies() {
  say('Installing the dependencies (npm ci). This is done once and takes about a minute.')
  if (!run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    fail('npm ci failed. Its messages above say why; a registry that cannot be reached is the usual reason.')
  }
}

/** Joins large dependencies into single files, which halves the start of a command. A rename lets another setup at the same time win. */
function joinDependencies({ buildSync }) {
  const folder = `${singleFilesFolder}-${process.pid}`
  buildSync({ ...bundling, outdir: folder, absWorkingDir: join(root, 'packages', 'server') })
  if (existsSync(singleFilesFolder)) rmSync(folder, { recursive: true })
  else renameSync(folder, singleFilesFolder)
}

/** Finds a Chromium, or installs one as this system does, and writes its path down. */
function provideChromium() {
  if (existsSync(chromiumNote) && existsSync(readFileSync(chromiumNote, 'utf8').trim())) return
  const path = findChromium() ?? installWithApt() ?? installWithPlaywright()
  if (!path) {
    fail(
      'The browser tests need Chromium, and none was found or could be installed.\n' +
        'Install Chromium or Chrome (Debian: apt-get install chromium; macOS: brew install --cask chromium),\n' +
        'or set CHROMIUM_PATH to one, and run this again.',
    )
  }
  mkdirSync(join(chromiumNote, '..'), { recursive: true })
  writeFileSync(chromiumNote, path)
}

function findChromium() {
  // Debian's build of the headless mode alone comes first: it takes half the processor time of the whole browser.
  const names = [
    'chromium-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome.exe',
  ]
  const programs = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '')
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [
    process.env.CHROMIUM_PATH ?? '',
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    join(homedir(), 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
    ...programs.filter((folder) => folder !== '').map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
  ]
  return places.find((place) => place !== '' && existsSync(place))
}

function installWithApt() {
  for (const name of ['chromium-headless-shell', 'chromium']) {
    if (apt(`Installing Chromium for the browser tests (apt-get install ${name}). This is done once.`, [name])) {
      return findChromium()
    }
  }
  return undefined
}

/** The shells whose completion scripts the tests run. Where they cannot be installed, those tests say why they are skipped. */
function provideShells() {
  const missing = ['zsh', 'fish'].filter((shell) => spawnSync(shell, ['-c', 'exit 0']).status !== 0)
  if (missing.length === 0) return
  apt(
    `Installing ${missing.join(' and ')} for the tests of shell completion (apt-get install). This is done once.`,
    missing,
  )
}

/** The server of the tests of MySQL. Where it cannot be installed, those tests say why they are skipped. */
function provideMariadb() {
  if (process.env.MYSQL_URL || ['mariadbd', 'mariadb-install-db'].every(isInstalled)) return
  // Only the programs: the package mariadb-server would also start a server of the system.
  const packages = ['mariadb-server-core', 'mariadb-client-core']
  apt(
    `Installing MariaDB for the tests of directories (apt-get install ${packages.join(' ')}). This is done once.`,
    packages,
  )
}

/**
 * The server of the tests of MongoDB: one of the machine, or else FerretDB, which is built with Go. Where that is not possible, those tests say why
 * they are skipped.
 */
function provideMongodb() {
  if (process.env.MONGODB_URL || isInstalled('mongod') || existsSync(ferretdb) || !isInstalled('go')) return
  say('Building FerretDB for the tests of MongoDB (go build). This is done once and takes two to four minutes.')
  const unnamed = `${ferretdb}-${process.pid}`
  const source = join(root, 'test', 'support', 'ferretdb')
  if (run('go', ['build', '-C', source, '-trimpath', '-tags=ferretdb_no_postgresql', '-o', unnamed, '.'])) {
    renameSync(unnamed, ferretdb)
  }
}

/** The server of the tests of LDAP. Where it cannot be installed, those tests say why they are skipped. */
function provideOpenldap() {
  if (['slapd', 'openssl'].every(isInstalled)) return
  const packages = ['slapd', 'openssl']
  withoutNewServices(() =>
    apt(
      `Installing OpenLDAP for the tests of directories (apt-get install ${packages.join(' ')}). This is done once.`,
      packages,
    ),
  )
}

/** The pooler of the tests of PostgreSQL. Where it cannot be installed, those tests say why they are skipped. */
function providePgbouncer() {
  if (isInstalled('pgbouncer')) return
  const announcement =
    'Installing pgbouncer for the tests of PostgreSQL (apt-get install pgbouncer). This is done once.'
  withoutNewServices(() => apt(announcement, ['pgbouncer']))
}

/** The load balancer of the tests of a rolling restart. Where it cannot be installed, those tests say why they are skipped. */
function provideNginx() {
  if (isInstalled('nginx')) return
  const announcement =
    'Installing nginx for the tests of a rolling restart (apt-get install nginx-light). This is done once.'
  withoutNewServices(() => apt(announcement, ['nginx-light']))
}

/** What docs/guides/high-availability.md runs. Where it cannot be installed, the test of it says why it is skipped. */
function provideCluster() {
  const packages = [
    ...['patroni', 'haproxy'].filter((name) => !isInstalled(name)),
    ...(isInstalled('etcd') ? [] : ['etcd-server']),
    // The embedded one of the other tests lacks the programs that make a standby.
    ...(isInstalled('pg_rewind') || hasPostgresOfDebian() ? [] : ['postgresql']),
  ]
  if (packages.length === 0) return
  const announcement = `Installing ${packages.join(', ')} for the test of a PostgreSQL that fails over (apt-get install). This is done once.`
  withoutNewServices(() => apt(announcement, packages))
}

/** Writes down the system calls of a server, for the test of their order. Where it cannot be installed, that test says why it is skipped. */
function provideStrace() {
  if (process.platform !== 'linux' || isInstalled('strace')) return
  apt('Installing strace for the test of the order of disk writes (apt-get install strace). This is done once.', [
    'strace',
  ])
}

/** Debian keeps the server's programs off the PATH, in a folder for each version. */
function hasPostgresOfDebian() {
  const folder = '/usr/lib/postgresql'
  return (
    existsSync(folder) && readdirSync(folder).some((version) => existsSync(join(folder, version, 'bin', 'pg_rewind')))
  )
}

/** Whether there is such a program: on the PATH, or where those of system administrators are. */
function isInstalled(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.some((folder) => existsSync(join(folder, name)))
}

/** Debian starts the servers that it installs, unless this program says no (policy-rc.d). */
function withoutNewServices(install) {
  const policy = '/usr/sbin/policy-rc.d'
  if (process.getuid?.() !== 0 || existsSync(policy)) return install()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return install()
  } finally {
    rmSync(policy)
  }
}

/** Installs packages as root on Debian and its relatives. Whether that was possible. */
function apt(announcement, packages) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  say(announcement)
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  return (
    run('apt-get', ['update', '-qq'], quiet) &&
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
  )
}

function installWithPlaywright() {
  say('Installing Chromium for the browser tests (playwright-core install chromium). This is done once.')
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js')
  if (!run(process.execPath, [cli, 'install', 'chromium'])) return undefined
  const printed = spawnSync(
    process.execPath,
    ['-e', "process.stdout.write(require('playwright-core').chromium.executablePath())"],
    { cwd: root, encoding: 'utf8' },
  )
  return existsSync(printed.stdout) ? printed.stdout : undefined
}

/** Installs the binaries of other versions of Node, and of Bun and Deno, under names of their own: node20, bun, ... */
function provideRuntimes() {
  const missing = otherRuntimes.filter(({ name, version }) => installedVersion(name) !== version)
  if (missing.length === 0) return
  const described = missing.map(({ name, version }) => `${name} ${version}`).join(', ')
  say(`Installing ${described} for the packages' tests (npm install). This is done once.`)
  mkdirSync(runtimes, { recursive: true })
  const packages = otherRuntimes.map(({ name, source, version }) => `${name}@npm:${source}@${version}`)
  // Each is a package of one file: there is nothing to run, link or lock.
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-bin-links', '--no-audit', '--no-fund']
  if (!run(npm(), ['install', '--prefix', runtimes, ...flags, '--loglevel=error', ...packages])) {
    fail('npm install failed. Its messages above say why; a registry that cannot be reached is the usual reason.')
  }
}

function installedVersion(name) {
  const manifest = join(runtimes, 'node_modules', name, 'package.json')
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined
}

/** The npm that runs this script, or the one that came with this Node. Windows starts no `npm.cmd` without a shell, so there it is npm's script. */
function npm() {
  if (process.env.npm_execpath) return process.env.npm_execpath
  if (process.platform !== 'win32') return 'npm'
  return join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
}

/** Runs a command. Whether it ended with 0. What it prints goes to standard error, so that it never mixes with a script's output. */
function run(command, args, env = {}) {
  const isScript = /\.[cm]?js$/.test(command)
  const [file, list] = isScript ? [process.execPath, [command, ...args]] : [command, args]
  const result = spawnSync(file, list, { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } })
  return result.status === 0
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}
