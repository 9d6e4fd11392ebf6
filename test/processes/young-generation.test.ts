/** How much memory `countersign serve` lets V8 take for its youngest objects, and glibc for its arenas (docs/decisions/0100-a-small-young-generation.md). */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { command, type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'

/** What the process in which the probe is loaded has for its youngest objects, both halves together, when many of them survive. */
interface Probed {
  readonly pid: number
  readonly execArgv: readonly string[]
  readonly bytes: number
  /** What glibc read at the start of the process. */
  readonly arenas?: string
}

const option = '--max-semi-space-size'
const small = `${option}=4`
const mebibyte = 2 ** 20
const options = { skip: process.platform === 'win32' && 'Windows cannot replace a process' }

const probe = `
import { appendFileSync } from 'node:fs'
import { getHeapSpaceStatistics } from 'node:v8'
import { isMainThread } from 'node:worker_threads'
const survivors = []
for (let count = 0; count < 1_000_000; count++) survivors[count % 200_000] = { count: [count] }
const { space_size: bytes } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
const line = JSON.stringify({ pid: process.pid, execArgv: process.execArgv, bytes, arenas: process.env.MALLOC_ARENA_MAX })
if (isMainThread) appendFileSync(new URL('probed.jsonl', import.meta.url), line + '\\n')
`

/** A deployment in which each process of Node says what it has, and runs `code` before that. */
async function probedDeployment(
  t: TestContext,
  nodeOptions = '',
  code = '',
): Promise<{ readonly environment: Environment; readonly probed: () => readonly Probed[] }> {
  const folder = temporaryFolder(t)
  const module = join(folder, 'probe.mjs')
  writeFileSync(module, code + probe)
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: await databaseWithUsers(t, 'sqlite'),
    SECRET_KEY: testSecret,
    PORT: String(await freePort()),
    NODE_OPTIONS: `--import=${pathToFileURL(module).href} ${nodeOptions}`,
  }
  const lines = () => readFileSync(join(folder, 'probed.jsonl'), 'utf8').trim().split('\n')
  return { environment, probed: () => lines().map((line): Probed => JSON.parse(line)) }
}

test(
  'serve restarts itself under the same id, with a young generation of twice 4 MiB and few arenas',
  options,
  async (t) => {
    const { environment, probed } = await probedDeployment(t)
    const { child } = await startCommand(t, ['serve'], environment)
    const [before, after, ...more] = probed()
    assert.deepEqual(more, [])
    assert.equal(before?.pid, child.pid)
    assert.equal(after?.pid, child.pid)
    assert.deepEqual(after?.execArgv, [small, '--disable-sigusr1', ...(before?.execArgv ?? [])])
    assert.ok((before?.bytes ?? 0) > 8 * mebibyte, 'the probe fills what there is')
    assert.ok((after?.bytes ?? 0) <= 8 * mebibyte)
    assert.deepEqual([before?.arenas, after?.arenas], [undefined, '2'])
  },
)

test('a number of arenas that the operator has chosen is kept', options, async (t) => {
  const { environment, probed } = await probedDeployment(t)
  await startCommand(t, ['serve'], { ...environment, MALLOC_ARENA_MAX: '5' })
  assert.deepEqual(
    probed().map(({ arenas }) => arenas),
    ['5', '5'],
  )
})

test('the environment stays, also where Node gives the new process none by itself', options, async (t) => {
  // As in Node 24.0 to 24.9: nodejs/node#60029.
  const older =
    'const { execve } = process\nprocess.execve = (file, args, environment = {}) => execve(file, args, environment)\n'
  const { environment, probed } = await probedDeployment(t, '', older)
  const { ready } = await startCommand(t, ['serve'], environment)
  assert.match(ready, new RegExp(`"http://127\\.0\\.0\\.1:${environment['PORT']}"`))
  assert.equal(probed().length, 2)
})

test("where Node's own file cannot be run any more, serve is not restarted", options, async (t) => {
  const notAProgram = join(temporaryFolder(t), 'node')
  writeFileSync(notAProgram, 'text', { mode: 0o755 })
  // Before Node 26, what the system refuses ends the process.
  const refused = Number.parseInt(process.versions.node, 10) < 26 ? [] : [notAProgram]
  for (const path of ['/nowhere/node', ...refused]) {
    const { environment, probed } = await probedDeployment(t, '', `process.execPath = ${JSON.stringify(path)}\n`)
    const { stop } = await startCommand(t, ['serve'], environment)
    assert.equal(probed().length, 1)
    assert.equal((await stop()).code, 0)
  }
})

test('a size that the operator has chosen is kept, and nothing is restarted', async (t) => {
  for (const chosen of [`${option}=6`, `"${option}=6"`]) {
    const { environment, probed } = await probedDeployment(t, chosen)
    await startCommand(t, ['serve'], environment)
    assert.equal(probed().length, 1)
  }

  const asArgument = await probedDeployment(t)
  await startCommand(t, ['serve'], asArgument.environment, undefined, ['--max_semi_space_size=6', ...command])
  assert.equal(asArgument.probed().length, 1)
})

test('each worker has the small young generation, and the primary process', options, async (t) => {
  const { environment, probed } = await probedDeployment(t)
  const { child } = await startCommand(t, ['serve', '--workers', '2'], environment)
  const last = new Map(probed().map((one) => [one.pid, one]))
  assert.equal(last.size, 3)
  assert.ok(child.pid !== undefined && last.has(child.pid))
  for (const { execArgv, bytes, arenas } of last.values()) {
    assert.equal(arenas, '2')
    for (const wanted of [small, '--disable-sigusr1']) assert.equal(execArgv.filter((one) => one === wanted).length, 1)
    assert.ok(bytes <= 8 * mebibyte)
  }
})

test('a command that does not serve is not restarted', async (t) => {
  const { environment, probed } = await probedDeployment(t)
  const { code } = await runCommand(['users', 'list'], environment)
  assert.equal(code, 0)
  assert.equal(probed().length, 1)
})

test('with a channel to its parent, which a restart would close, serve is not restarted', async (t) => {
  const { environment, probed } = await probedDeployment(t)
  const child = spawn(process.execPath, [...command, 'serve'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  t.after(() => child.kill('SIGKILL'))
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    said += chunk
  })
  await eventually(() => said.includes('"msg":"ready"'))
  assert.equal(child.connected, true)
  assert.equal(probed().length, 1)
})
