/**
 * `npm run container`: builds the image of the Containerfile and runs it as docs/guides/container.md says. Needs docker or podman, and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const image = 'countersign:check'
const volume = `countersign-check-${process.pid}`
const root = fileURLToPath(new URL('..', import.meta.url))
/** In bytes. */
const maxSize = 150_000_000
const issuer = 'https://login.example.com'
/** Health checks run every 30 seconds. */
const patienceMs = 90_000
const environment = { ...process.env, SECRET_KEY: randomBytes(32).toString('hex'), ISSUER: issuer }

const engine = ['docker', 'podman'].find((name) => spawnSync(name, ['info'], { stdio: 'ignore' }).status === 0)
if (engine === undefined) fail('This needs docker or podman, and the permission to use it.')

say(`Building with ${engine}`)
// Images in podman's own format have no health check.
const format = engine === 'podman' ? ['--format', 'docker'] : []
run('build', ...format, '--file', 'Containerfile', '--tag', image, '.')

const size = Number(read('image', 'inspect', '--format', '{{.Size}}', image))
say(`The image has ${(size / 1e6).toFixed(1)} MB`)
if (!(size <= maxSize)) fail(`More than ${maxSize / 1e6} MB.`)

const hardened = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
const settings = [...hardened, '--volume', `${volume}:/data`, '--env', 'SECRET_KEY', '--env', 'ISSUER']
let container = ''
try {
  say('Migrating a new volume')
  run('run', '--rm', ...settings, image, 'migrate')
  say('Serving')
  container = read('run', '--detach', ...settings, '--publish', '127.0.0.1::8000', image)
  await waitUntil('healthy', isHealthy)
  await checkDiscovery()
  run('stop', '-t', '20', container)
  const code = read('inspect', '--format', '{{.State.ExitCode}}', container)
  if (code !== '0') fail(`It stopped with ${code}: ${read('logs', container)}`)
  say('Healthy, and stopped with 0')
} finally {
  if (container !== '') spawnSync(engine, ['rm', '--force', container], { stdio: 'ignore' })
  spawnSync(engine, ['volume', 'rm', '--force', volume], { stdio: 'ignore' })
}

function isHealthy() {
  if (engine === 'podman') return spawnSync(engine, ['healthcheck', 'run', container]).status === 0
  return read('inspect', '--format', '{{.State.Health.Status}}', container) === 'healthy'
}

async function checkDiscovery() {
  const [address] = read('port', container, '8000').split('\n')
  const response = await fetch(`http://${address}/.well-known/openid-configuration`)
  const document = await response.json()
  if (document.issuer !== issuer) fail(`The discovery document names ${document.issuer}.`)
}

async function waitUntil(what, isTrue) {
  const end = Date.now() + patienceMs
  while (!isTrue()) {
    if (Date.now() > end) fail(`It is not ${what} after ${patienceMs / 1000} seconds: ${read('logs', container)}`)
    await setTimeout(1000)
  }
}

/** Runs a command of the engine, with its output on this terminal. */
function run(...args) {
  if (spawnSync(engine, args, { cwd: root, env: environment, stdio: 'inherit' }).status !== 0)
    fail(`Failed: ${args[0]}`)
}

/** What a command of the engine prints. */
function read(...args) {
  const { status, stdout, stderr } = spawnSync(engine, args, { cwd: root, env: environment, encoding: 'utf8' })
  if (status !== 0) fail(`Failed: ${args[0]}\n${stderr}`)
  return `${stdout}${args[0] === 'logs' ? stderr : ''}`.trim()
}

function say(text) {
  process.stdout.write(`\n== ${text}\n`)
}

function fail(text) {
  throw new Error(text)
}
