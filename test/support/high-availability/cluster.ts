/** PostgreSQL on two machines, as docs/guides/high-availability.md configures it: Patroni, three etcd, and haproxy before them. All on loopback. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../packages/server/test/support/accounts.ts'
import { endProgram, isListening, startProgram } from '../../../packages/server/test/support/programs.ts'
import type { Scope } from '../../../packages/server/test/support/scope.ts'
import { etcdVariables, haproxyConfig, placed, withValue } from './guide.ts'
import { createMember, type Member, type Times } from './member.ts'
import { addressOf, createNetwork, type Machine, type Network } from './network.ts'
import { asOwner, findPrograms, giveToOwner, type Programs, respondsWell } from './programs.ts'

export interface Cluster {
  readonly members: readonly [Member, Member]
  readonly network: Network
  /** Of a database on the primary, through haproxy. */
  readonly url: (user: string, password: string, database: string) => string
  /** The primary and its standby, once the standby has all that is confirmed. */
  readonly settled: () => Promise<Roles>
}

export interface Roles {
  readonly primary: Member
  readonly standby: Member
}

export const superuser = { name: 'postgres', password: 'the-password-of-the-superuser' } as const

export interface ClusterOptions {
  readonly canBeCut: boolean
  /** In the place of those of the guide. */
  readonly times: Times
}

/** Ready to be written to. It ends with `scope`. `undefined` when a program is missing: `howToGetCluster`. */
export async function startCluster(scope: Scope, { canBeCut, times }: ClusterOptions): Promise<Cluster | undefined> {
  const programs = findPrograms()
  if (programs === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cluster-'))
  giveToOwner(folder)
  const parts = closedInTurn(scope)
  // What was killed may still be writing.
  parts.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))
  const network = await createNetwork(parts, canBeCut)
  const surroundings = { programs, network, folder }
  await Promise.all((['pg1', 'pg2', 'vote'] as const).map((machine) => startEtcd(parts, machine, surroundings)))
  const pg1 = createMember(parts, { ...surroundings, name: 'pg1', times })
  const pg2 = createMember(parts, { ...surroundings, name: 'pg2', times })
  await Promise.all([startHaproxy(parts, surroundings), pg1.start()])
  await eventually(() => pg1.is('primary'))
  await pg2.start()
  const settled = () => settle([pg1, pg2])
  await settled()
  return {
    members: [pg1, pg2],
    network,
    url: (user, password, database) => `postgres://${user}:${password}@127.0.0.1:${network.haproxyPort}/${database}`,
    settled,
  }
}

/** What is started later is closed first. */
function closedInTurn(scope: Scope): Scope {
  const closings: (() => unknown)[] = []
  scope.after(async () => {
    for (const close of closings) await close()
  })
  return { after: (close) => closings.unshift(close) }
}

/** @throws Error when it takes more than a minute */
async function settle([one, other]: readonly [Member, Member]): Promise<Roles> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    if ((await one.is('primary')) && (await other.is('sync'))) return { primary: one, standby: other }
    if ((await other.is('primary')) && (await one.is('sync'))) return { primary: other, standby: one }
    await sleep(100)
  }
  throw new Error('there is no primary with a synchronous standby')
}

interface Surroundings {
  readonly programs: Programs
  readonly network: Network
  readonly folder: string
}

async function startEtcd(scope: Scope, machine: Machine, { programs, network, folder }: Surroundings): Promise<void> {
  const data = join(folder, `etcd-${machine}`)
  mkdirSync(data, { mode: 0o700 })
  giveToOwner(data)
  const ofMachine = withValue(withValue(etcdVariables, 'ETCD_NAME', machine), 'ETCD_DATA_DIR', data).replaceAll(
    /^ETCD_(?!INITIAL_CLUSTER).*$/gm,
    (line) => line.replace(addressOf.pg1, addressOf[machine]),
  )
  const text = placed(ofMachine, network.placeOn(undefined))
  const variables = Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
  const [program, args] = asOwner(programs.etcd, [])
  const isHealthy = () => respondsWell(`http://127.0.0.1:${network.port(machine, 'etcd')}/health`)
  const child = await startProgram(program, args, isHealthy, { PATH: process.env['PATH'], ...variables })
  scope.after(() => endProgram(child))
}

async function startHaproxy(scope: Scope, { programs, network, folder }: Surroundings): Promise<void> {
  const file = join(folder, 'haproxy.cfg')
  const place = network.placeOn(undefined)
  const text = haproxyConfig.replaceAll(/(10[.\d]+):5432 check port (8008)/g, (server, address, port) =>
    server.replace(port, place(`${address}:${port}`, false).replace(/.*:/, '')),
  )
  writeFileSync(file, placed(text, place))
  const listens = () => isListening({ port: network.haproxyPort, host: '127.0.0.1' })
  const child = await startProgram(programs.haproxy, ['-db', '-f', file], listens)
  scope.after(() => endProgram(child))
}
