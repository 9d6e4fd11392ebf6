/**
 * Two `serve` on a PostgreSQL of two machines, of which the primary is lost under load: once in `npm test`, and again and again in every way under
 * `npm run soak`. The cluster is that of docs/guides/high-availability.md.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { Client } from 'pg'
import { openStore } from '../../packages/server/src/store/open.ts'
import { breakableProxy } from '../../packages/server/test/support/breakable-proxy.ts'
import { startPasswordGrantServer, tokenByPassword } from '../../packages/server/test/support/password-grant.ts'
import { addTestUsers, alice } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { type Cluster, type Roles, startCluster, superuser } from '../support/high-availability/cluster.ts'
import type { Member } from '../support/high-availability/member.ts'
import type { Network } from '../support/high-availability/network.ts'
import { howToGetCluster } from '../support/high-availability/programs.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { type Running, startCommand } from '../support/process.ts'
import { type LedgerLoad, startLedgerLoad } from './support/ledger.ts'

const isSoak = process.env['SOAK'] === 'true'
const rounds = isSoak ? 3 : 1

/** Under `npm run soak` those of the guide. */
const times = isSoak ? {} : { ttl: '8', loop_wait: '1', retry_timeout: '3' }

/** Seconds. No failover takes as long. */
const patience = 90
/** Milliseconds for each test. */
const timeout = rounds * 300_000

interface Loss extends Roles {
  readonly network: Network
}

interface Kind {
  readonly title: string
  readonly begin: (loss: Loss) => void | Promise<void>
  /** Undoes it, so that there are two again. */
  readonly end: (loss: Loss) => void | Promise<void>
  /** What it is like with the same primary. @default there is a new one */
  readonly meanwhile?: 'refused' | 'served'
}

const kinds: readonly Kind[] = [
  {
    title: 'the primary is killed',
    begin: ({ primary }) => primary.kill('patroni', 'postgres'),
    end: ({ primary }) => primary.start(),
  },
  ...(isSoak ? onlyInSoak() : []),
]

function onlyInSoak(): readonly Kind[] {
  const mend = ({ network }: Loss) => network.mend()
  return [
    {
      title: 'PostgreSQL of the primary is killed, and Patroni is not',
      begin: ({ primary }) => primary.kill('postgres'),
      end: () => {},
    },
    {
      title: 'the machine of the primary hangs, and goes on later',
      begin: ({ primary }) => primary.freeze('patroni', 'postgres'),
      end: ({ primary }) => primary.resume(),
    },
    {
      title: 'Patroni of the primary hangs, and its PostgreSQL goes on',
      begin: ({ primary }) => primary.freeze('patroni'),
      end: ({ primary }) => primary.resume(),
    },
    {
      title: 'the primary is cut off from all others',
      begin: ({ network, primary }) => network.cut(primary.name, 'all'),
      end: mend,
    },
    {
      title: 'the primary is cut off from etcd alone',
      begin: ({ network, primary }) => network.cut(primary.name, 'etcd'),
      end: mend,
    },
    {
      title: 'the standby hangs, so that the primary confirms nothing',
      begin: ({ standby }) => standby.freeze('postgres'),
      end: ({ standby }) => standby.resume(),
      meanwhile: 'refused',
    },
    {
      title: 'the disk of the primary is slow, so that each commit takes 0.1 s more',
      // PostgreSQL waits for so many microseconds before it writes its log to the disk.
      begin: () => changeSystem('set commit_delay = 100000', 'set commit_siblings = 0'),
      end: () => changeSystem('reset commit_delay', 'reset commit_siblings'),
      meanwhile: 'served',
    },
    {
      title: 'an operator hands over to the standby',
      begin: ({ primary }) => primary.handOver(),
      end: () => {},
    },
  ]
}

const cluster = await startCluster({ after }, { canBeCut: isSoak, times })

test('R16 postgres: connections that lead to a standby are not used, also not to check a token', async (t) => {
  if (cluster === undefined) return skipWithout(t, howToGetCluster)
  const { primary, standby } = await cluster.settled()
  const portOf = ({ name }: Member) => cluster.network.port(name, 'postgres')
  const target = { host: '127.0.0.1', port: portOf(primary) }
  const proxy = await breakableProxy(target)
  t.after(proxy.close)
  const url = new URL(await createDatabase(cluster))
  url.port = String(proxy.port)
  const server = await startPasswordGrantServer(t, { databaseUrl: url.href })
  const headers = { authorization: `Bearer ${await tokenByPassword(server, alice)}` }
  const check = async () => (await server.get('/users/me', headers)).status
  assert.equal(await check(), 200)

  target.port = portOf(standby)
  await proxy.restore()
  await until(async () => (await check()) !== 200)
  assert.equal(await check(), 503)
  const standbyIs = { status: 'unavailable', reason: 'standby' }
  await until(async () => isDeepStrictEqual(await (await server.get('/readyz')).json(), standbyIs))
  await assert.rejects(openStore({ url: url.href, migrate: false }), { name: 'StoreError', code: 'standby' })

  target.port = portOf(primary)
  await proxy.restore()
  await until(async () => (await check()) === 200)
})

for (const kind of kinds) {
  const meanwhile = kind.meanwhile === 'served' ? 'all is answered' : '503 meanwhile'
  test(`R12 postgres, ${rounds} x ${kind.title}: ${meanwhile}, both processes go on without a restart, and nothing acknowledged is lost`, {
    timeout,
  }, async (t) => {
    if (cluster === undefined) return skipWithout(t, howToGetCluster)
    const processes = await startProcesses(t, cluster)
    const load = startLedgerLoad(processes.map(({ origin }) => origin))
    for (let round = 0; round < rounds; round++) {
      await answers(load)
      await endure(t, kind, { ...(await cluster.settled()), network: cluster.network }, processes, load)
    }
    await answers(load)
    await load.stop()
    await compare(t, load)
    if (kind.meanwhile !== 'served') assert.ok(load.count('503') > 0)
    for (const { child } of processes) assert.equal(child.exitCode, null)
    for (const { stdout } of await Promise.all(processes.map(({ stop }) => stop()))) {
      assert.doesNotMatch(stdout, /"level":(50|60)/)
    }
  })
}

/** One loss of the primary, until both processes serve again. */
async function endure(
  t: TestContext,
  kind: Kind,
  loss: Loss,
  processes: readonly Running[],
  load: LedgerLoad,
): Promise<void> {
  const refused = load.count('503')
  const begunAt = performance.now()
  await kind.begin(loss)
  if (kind.meanwhile === 'refused') await until(() => load.count('503') > refused)
  else if (kind.meanwhile === 'served') await answers(load)
  else await until(() => loss.standby.is('primary'))
  const primaryAt = performance.now()
  const issued = () => processes.map(({ origin }) => load.issuedAfter(origin, primaryAt))
  await until(() => issued().every((time) => time !== undefined))
  const what = { refused: 'first 503', served: '100 answers', 'a new primary': 'new primary' }[
    kind.meanwhile ?? 'a new primary'
  ]
  const back = issued()
    .map((time = primaryAt) => seconds(time - primaryAt))
    .join(' and ')
  t.diagnostic(`${what} after ${seconds(primaryAt - begunAt)}; tokens again ${back} after it`)
  await until(async () => (await statusesOf(processes, '/readyz')).every((status) => status === 200))
  if (isSoak) await kind.end(loss)
}

/** Resolves when there are more of them. */
async function answers(load: LedgerLoad): Promise<void> {
  const before = load.count('200')
  await until(() => load.count('200') > before + 100)
}

/** What was answered, and whether the processes still say so. */
async function compare(t: TestContext, load: LedgerLoad): Promise<void> {
  t.diagnostic(`responses: ${[...load.counts].map(([status, count]) => `${count} x ${status}`).join(', ')}`)
  const { differences, active, revoked, refreshes } = await load.audit()
  t.diagnostic(`audited: ${active} active and ${revoked} revoked grants, ${refreshes} refreshes`)
  assert.deepEqual([...load.faults], [])
  assert.deepEqual([...differences], [])
  assert.ok(active > 0 && revoked > 0)
}

/** The URL of a fresh database through haproxy, without tables. */
async function createDatabase(cluster: Cluster): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const { name: user, password } = superuser
  await until(() => administer(cluster, `create database ${name}`))
  return cluster.url(user, password, name)
}

/** With the users of the tests, on a database of the cluster. */
async function startProcesses(t: TestContext, cluster: Cluster): Promise<readonly Running[]> {
  const databaseUrl = await createDatabase(cluster)
  const store = await openStore({ url: databaseUrl, migrate: true })
  await addTestUsers(store, Math.floor(store.clock.now()))
  await store.close()
  const environment = {
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    // The URL of both: what a proxy has. No test opens it.
    ISSUER: 'http://127.0.0.1:8000',
    PASSWORD_GRANT: 'first-party',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/failover.config.ts', import.meta.url)),
  }
  return await Promise.all([startCommand(t, ['serve'], environment), startCommand(t, ['serve'], environment)])
}

/** Of the primary, by `alter system`. */
async function changeSystem(...changes: readonly string[]): Promise<void> {
  for (const statement of [...changes.map((change) => `alter system ${change}`), 'select pg_reload_conf()']) {
    await until(() => cluster !== undefined && administer(cluster, statement))
  }
}

/** Whether it was possible. */
async function administer(cluster: Cluster, statement: string): Promise<boolean> {
  const client = new Client({ connectionString: cluster.url(superuser.name, superuser.password, 'postgres') })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(statement)
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

function statusesOf(processes: readonly Running[], path: string): Promise<readonly number[]> {
  return Promise.all(processes.map(async ({ origin }) => (await fetch(origin + path)).status))
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/** @throws Error when it takes more than `patience` */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience * 1000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${patience} s: ${condition}`)
    await sleep(20)
  }
}
