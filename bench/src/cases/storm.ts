/** A flood of logins, five times as many as the server can check, beside token checks, on each database. */
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type DatabaseName, databaseNames, onDatabase } from '../databases.ts'
import { atMost, type Case, type Finding } from '../findings.ts'
import type { FloodJob, FloodOutcome } from '../flood.ts'
import { get, type Outcome, putLoad } from '../load.ts'
import { runToEnd } from '../processes.ts'
import { type Reads, readsBesideLogins } from '../reads-beside-logins.ts'
import { median } from '../rounds.ts'
import { type Deployment, logIn, login, loginTurns, serve } from '../server-process.ts'

const connections = 32
const loginConnections = 8
const factor = 5
const rounds = 3
const seconds = 3

interface Round extends Reads {
  /** Logins alone, as many as there can be. */
  readonly capacity: Outcome
  readonly flood: FloodOutcome
}

export const storm: Case = async (tell) => {
  const findings: Finding[] = []
  for (const name of databaseNames) {
    tell(name)
    findings.push(...(await onDatabase(name, ({ deployment }) => measure(name, deployment, tell))))
  }
  return findings
}

async function measure(
  name: DatabaseName,
  deployment: Deployment,
  tell: Parameters<Case>[0],
): Promise<readonly Finding[]> {
  const server = await serve(deployment)
  try {
    const { url } = server
    const turns = [[{ request: get('/users/me', await logIn(url)) }]]
    const read = () => putLoad({ url, turns, connections, seconds })
    const logInOften = () => putLoad({ url, turns: loginTurns, connections: loginConnections, seconds })
    await read()
    const measured: Round[] = []
    for (let count = 0; count < rounds; count++) {
      const idle = await read()
      const capacity = await logInOften()
      const perSecond = factor * capacity.perSecond
      // The flood begins before the readings and ends after them.
      const [busy, flood] = await Promise.all([wait(500).then(read), putFlood(url, perSecond, seconds + 1)])
      tell(
        `${flood.sent} logins, ${flood.accepted} accepted, ${flood.refused} refused; token checks p99 ${busy.p99.toFixed(1)} ms`,
      )
      measured.push({ idle, capacity, busy, flood })
    }
    return findingsOf(name, measured)
  } finally {
    await server.stop()
  }
}

/** @throws Error when a login was neither accepted nor refused */
async function putFlood(url: URL, perSecond: number, duration: number): Promise<FloodOutcome> {
  const job: FloodJob = { port: Number(url.port), path: '/token', form: login, perSecond, seconds: duration }
  const program = fileURLToPath(new URL('../flood.ts', import.meta.url))
  const outcome: FloodOutcome = JSON.parse(await runToEnd({ args: [program] }, JSON.stringify(job)))
  const unexpected = Object.entries(outcome.others)
  if (unexpected.length > 0) throw new Error(`these answers were not expected: ${JSON.stringify(outcome.others)}`)
  return outcome
}

function findingsOf(name: DatabaseName, measured: readonly Round[]): readonly Finding[] {
  const accepted = median(measured.map(({ flood }) => flood.accepted / (seconds + 1)))
  const goodput = median(measured.map(({ flood, capacity }) => flood.accepted / (seconds + 1) / capacity.perSecond))
  const refusal = median(measured.map(({ flood }) => flood.refusalP50))
  return [
    ...readsBesideLogins(`${name}, GET /users/me in a flood of logins`, measured),
    {
      what: `${name}, logins accepted in the flood, beside logins alone`,
      figure: `${accepted.toFixed(0)} beside ${median(measured.map(({ capacity }) => capacity.perSecond)).toFixed(0)} a second`,
      ratio: goodput,
    },
    {
      what: 'the time of a refusal, median',
      figure: `${refusal.toFixed(0)} ms`,
      goal: atMost(refusal, 250, 'ms'),
    },
  ]
}
