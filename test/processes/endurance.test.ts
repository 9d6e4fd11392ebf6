/**
 * Two `serve` on PostgreSQL under load, while one fault follows another in an order that a seed gives. Rounds of five faults: one here, as many as fit
 * into `SOAK_HOURS` under `npm run soak`. After each, what was answered is compared, and the process that no fault ends must have no more files and
 * connections than before.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { type BreakableProxy, breakableProxy } from '../../packages/server/test/support/breakable-proxy.ts'
import { administer } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import {
  type Environment,
  onTestsPostgres,
  type Running,
  runCommand,
  startCommand,
  temporaryFolder,
} from '../support/process.ts'
import { untilReady } from '../support/readiness.ts'
import { startLedgerLoad } from './support/ledger.ts'
import { chanceOf, pick } from './support/mutate.ts'

const isSoak = process.env['SOAK'] === 'true'
const hours = Number(process.env['SOAK_HOURS'] ?? 0.25)
const seed = Number(process.env['FAULTS_SEED'] ?? (isSoak ? Math.floor(Math.random() * 2 ** 31) : 13))
const faultsInRound = isSoak ? 5 : 3
const timeout = isSoak ? hours * 3_600_000 + 1_800_000 : 300_000

interface Deployment {
  readonly databaseUrl: string
  readonly settings: Environment
  /** Is never ended. */
  readonly lasting: Running
  /** Is ended and started again, at the same port. */
  changing: Running
  readonly start: () => Promise<Running>
  /** Between each of them and PostgreSQL. */
  readonly proxies: readonly [lasting: BreakableProxy, changing: BreakableProxy]
}

type Fault = (deployment: Deployment) => Promise<void>

const signal = (running: Running, name: NodeJS.Signals) => running.child.kill(name)

async function freeze(running: Running): Promise<void> {
  signal(running, 'SIGSTOP')
  await sleep(2000)
  signal(running, 'SIGCONT')
}

async function restart(deployment: Deployment, name: NodeJS.Signals): Promise<void> {
  await deployment.changing.stop(name)
  deployment.changing = await deployment.start()
}

async function away(proxy: BreakableProxy, begin: () => unknown): Promise<void> {
  await begin()
  await sleep(2000)
  await proxy.restore()
}

const faults: Readonly<Record<string, Fault>> = {
  'a process is killed': (deployment) => restart(deployment, 'SIGKILL'),
  'a process is stopped': (deployment) => restart(deployment, 'SIGTERM'),
  'a process hangs': ({ changing }) => freeze(changing),
  'the other process hangs': ({ lasting }) => freeze(lasting),
  'a process is cut off from PostgreSQL': ({ proxies: [proxy] }) => away(proxy, proxy.cut),
  'PostgreSQL says nothing to a process': ({ proxies: [, proxy] }) => away(proxy, proxy.silence),
  'another machine takes the address of PostgreSQL over': ({ proxies: [proxy] }) => away(proxy, proxy.abandon),
  'PostgreSQL ends all connections': async ({ databaseUrl }) => {
    const name = new URL(databaseUrl).pathname.slice(1)
    await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
  },
  'another program locks a table': async ({ databaseUrl }) => {
    const client = new Client({ connectionString: databaseUrl })
    client.on('error', () => {})
    await client.connect()
    await client.query('begin')
    await client.query('lock table refresh_tokens in access exclusive mode')
    await sleep(2000)
    await client.end()
  },
  'the keys are rotated': async ({ settings }) => {
    await runCommand(['keys', 'rotate', '--now'], settings)
  },
}

async function deploy(t: TestContext): Promise<Deployment> {
  const databaseUrl = await databaseWithUsers(t, 'postgres')
  const direct = new URL(databaseUrl)
  const target = { host: direct.hostname, port: Number(direct.port) }
  const proxies = [await breakableProxy(target), await breakableProxy(target)] as const
  for (const proxy of proxies) t.after(proxy.close)
  const settings = {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    // The URL of both: what a proxy has. No test opens it.
    ISSUER: 'http://127.0.0.1:8000',
    PASSWORD_GRANT: 'first-party',
    SHUTDOWN_DELAY: '0',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/failover.config.ts', import.meta.url)),
  }
  const through = (proxy: BreakableProxy): string => {
    const url = new URL(databaseUrl)
    url.port = String(proxy.port)
    return url.href
  }
  const port = String(await freePort())
  const start = () => startCommand(t, ['serve'], { ...settings, PORT: port, DATABASE_URL: through(proxies[1]) })
  const lasting = await startCommand(t, ['serve'], { ...settings, DATABASE_URL: through(proxies[0]) })
  return { databaseUrl, settings, lasting, changing: await start(), start, proxies }
}

interface Usage {
  readonly files: number
  /** MB. */
  readonly memory: number
}

/** Of a process that has nothing to do. */
function usageOf({ child }: Running): Usage {
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
  return { files: readdirSync(`/proc/${child.pid}/fd`).length, memory: Math.round(Number(resident) / 1024) }
}

test(`S12 faults of seed ${seed} follow each other${isSoak ? ` for ${hours} hours` : ''} under load: nothing that was answered is lost, and nothing leaks`, {
  timeout,
  skip: process.platform !== 'linux' && 'only Linux shows the files of a process',
}, async (t) => {
  const deployment = await deploy(t)
  const { lasting } = deployment
  const chance = chanceOf(seed)
  const endsAt = performance.now() + hours * 3_600_000
  const usages: Usage[] = []
  const counts = { rounds: 0, faults: 0, answers: 0, refused: 0, refreshes: 0, revoked: 0 }
  do {
    const load = startLedgerLoad([lasting.origin, deployment.changing.origin], { whileDown: true })
    const answers = async (count: number) => {
      const before = load.count('200')
      await eventually(() => load.count('200') > before + count)
    }
    const order: string[] = []
    await answers(50)
    for (let fault = 0; fault < faultsInRound; fault++) {
      const name = pick(Object.keys(faults), chance)
      order.push(name)
      await faults[name]?.(deployment)
      await answers(50)
    }
    await load.stop()
    for (const { origin } of [lasting, deployment.changing]) await untilReady(origin)
    const { differences, revoked, refreshes } = await load.audit()
    assert.deepEqual([...load.faults], [], order.join(', '))
    assert.deepEqual([...differences], [], order.join(', '))
    counts.rounds++
    counts.faults += faultsInRound
    counts.answers += load.count('200')
    counts.refused += load.count('503')
    counts.refreshes += refreshes
    counts.revoked += revoked
    usages.push(usageOf(lasting))
    if (isSoak) process.stdout.write(`${JSON.stringify({ ...counts, ...usages.at(-1) })}\n`)
  } while (isSoak && performance.now() < endsAt)

  t.diagnostic(
    `${JSON.stringify(counts)}; the process that no fault ended: ${JSON.stringify(usages.at(0))}, later ${JSON.stringify(usages.at(-1))}`,
  )
  assert.equal(lasting.child.exitCode, null)
  // Its pool, the probe's connection, and what it had at its start.
  const most = Math.max(...usages.map(({ files }) => files))
  assert.ok(most < 100, `${most} open files`)
  const connections = await query(
    deployment.databaseUrl,
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  assert.ok(connections.length <= 2 * 11, `${connections.length} connections`)
  // The first quarter fills its caches, and how much is in use changes from round to round.
  const quarter = Math.floor(usages.length / 4)
  const least = (from: number) => Math.min(...usages.slice(from, from + quarter).map(({ memory }) => memory))
  if (quarter >= 10) assert.ok(least(usages.length - quarter) < 1.3 * least(quarter), JSON.stringify(usages))
})
