/** One, two and four workers at one port, on each database: how much more they do, and what bounds it. */
import { type DatabaseName, databaseNames, type OnDatabase, onDatabase } from '../databases.ts'
import { atLeast, type Case, type Finding } from '../findings.ts'
import { addClients, type FlowServer, flowServer } from '../flow-servers.ts'
import { get, type Outcome, post, putLoad, type Work } from '../load.ts'
import { processorTimeOfAll } from '../processes.ts'
import { median, takeTurns } from '../rounds.ts'
import { logIn, serveWithWorkers } from '../server-process.ts'
import { refreshes } from './refresh.ts'

const counts = [1, 2, 4] as const
/** The system gives each connection to a worker by its hash: of few, one worker would have most. */
const connections = 64
const rounds = 3
const seconds = 0.8
/** Four workers warm up on few cores. */
const warmUpSeconds = 1.5

interface Measured extends Outcome {
  /** Microseconds of processor time that all workers together take for one request. */
  readonly cost: number
  /** The same of PostgreSQL. */
  readonly databaseCost: number
}

interface Operation {
  readonly what: string
  readonly prepare: (server: FlowServer) => Promise<Work>
}

const operations: readonly Operation[] = [
  {
    what: 'GET /users/me',
    prepare: async ({ url }) => ({ connections, turns: [[{ request: get('/users/me', await logIn(url)) }]] }),
  },
  {
    what: 'client_credentials',
    prepare: async ({ endpoints, authorization }) => {
      const form = { grant_type: 'client_credentials', scope: 'items' }
      const request = post(endpoints.token, form, authorization.service)
      return { connections, turns: [[{ request, contains: '"access_token":"eyJ' }]] }
    },
  },
  { what: 'refresh', prepare: (server) => refreshes(server, connections) },
]

export const workers: Case = async (tell) => {
  const findings: Finding[] = []
  for (const name of databaseNames) {
    findings.push(...(await onDatabase(name, (deployed) => measureDatabase(name, deployed, tell))))
  }
  return findings
}

/** All servers run at the same time, on the same database, and are measured by turns. */
async function measureDatabase(
  name: DatabaseName,
  { deployment, databasePid }: OnDatabase,
  tell: Parameters<Case>[0],
): Promise<readonly Finding[]> {
  const secrets = await addClients(deployment)
  const servers: FlowServer[] = []
  try {
    for (const count of counts) servers.push(flowServer(await serveWithWorkers(deployment, count), secrets))
    const findings: Finding[] = []
    for (const { what, prepare } of operations) {
      const measures: ((duration: number) => Promise<Measured>)[] = []
      for (const server of servers) measures.push(rounded(server, await prepare(server), databasePid))
      for (const measure of measures) await measure(warmUpSeconds)
      const outcomes = await takeTurns(
        rounds,
        measures.map((measure) => () => measure(seconds)),
      )
      const found = findingsOf(`${name}, ${what}`, outcomes)
      for (const { what, figure } of found) tell(`${what}: ${figure}`)
      findings.push(...found)
    }
    return findings
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** Each round continues where the last one ended. */
function rounded(
  server: FlowServer,
  work: Work,
  databasePid: number | undefined,
): (duration: number) => Promise<Measured> {
  let next = work
  return async (duration) => {
    const before = [spentBy(server.pid), spentBy(databasePid)] as const
    const outcome = await putLoad({ ...next, url: server.url, seconds: duration })
    next = { ...work, values: outcome.values }
    return {
      ...outcome,
      cost: (spentBy(server.pid) - before[0]) / outcome.turns,
      databaseCost: (spentBy(databasePid) - before[1]) / outcome.turns,
    }
  }
}

/** Microseconds of processor time. */
function spentBy(pid: number | undefined): number {
  return ((pid === undefined ? undefined : processorTimeOfAll(pid)) ?? Number.NaN) * 1_000_000
}

function findingsOf(what: string, outcomes: readonly (readonly Measured[])[]): readonly Finding[] {
  const of = (measure: (measured: Measured) => number) => outcomes.map((rounds) => median(rounds.map(measure)))
  const rates = of(({ perSecond }) => perSecond)
  const costs = of(({ cost }) => cost)
  const databaseCosts = of(({ databaseCost }) => databaseCost)
  // Not a number where the system does not tell processor times.
  const ratio = (numerator = Number.NaN, denominator = Number.NaN) => numerator / denominator
  return [
    {
      what: `${what}: 1, 2 and 4 workers`,
      figure: `${listed(rates, 0)} a second`,
      ratio: ratio(rates[1], rates[0]),
    },
    {
      what: 'the same by processor time: what 2 would do with cores of their own',
      figure: `${listed(costs, 0)} µs a request${Number.isNaN(databaseCosts[0]) ? '' : `, PostgreSQL ${listed(databaseCosts, 0)}`}`,
      ratio: 2 * ratio(costs[0], costs[1]),
      goal: atLeast(2 * ratio(costs[0], costs[1]), 1.7),
    },
  ]
}

function listed(values: readonly number[], digits: number): string {
  return values.map((value) => value.toFixed(digits)).join(', ')
}
