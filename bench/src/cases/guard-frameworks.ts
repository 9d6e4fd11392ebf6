/** What a guard costs a route: Express, Fastify and Hono, open, guarded by us and by the guard that people use there. */
import { fileURLToPath } from 'node:url'
import { decodeProtectedHeader } from 'jose'
import type { Case, Finding } from '../findings.ts'
import { type FlowServers, startFlowServers } from '../flow-servers.ts'
import type { GuardedBy } from '../frameworks/settings.ts'
import { get, type Measured, measureCost } from '../load.ts'
import { type RunningProcess, startServing } from '../processes.ts'
import { median, takeTurns } from '../rounds.ts'
import { issuerOf, requestToken } from '../token-request.ts'

const rounds = 5
const seconds = 1.5
const connections = 32

interface Framework {
  readonly name: string
  readonly program: string
  /** The guard that people use there. */
  readonly peer?: string
}

const frameworks: readonly Framework[] = [
  { name: 'Express', program: 'express.ts', peer: 'express-oauth2-jwt-bearer' },
  { name: 'Fastify', program: 'fastify.ts', peer: '@fastify/jwt' },
  { name: 'Hono', program: 'hono.ts' },
]

export const guardFrameworks: Case = async (tell) => {
  const servers = await startFlowServers()
  try {
    const findings: Finding[] = []
    for (const framework of frameworks) findings.push(...(await compare(framework, servers, tell)))
    return findings
  } finally {
    await servers.stop()
  }
}

async function compare(
  { name, program, peer }: Framework,
  { subject }: FlowServers,
  tell: (progress: string) => void,
): Promise<readonly Finding[]> {
  const guards: readonly GuardedBy[] =
    peer === undefined ? ['nobody', 'countersign'] : ['nobody', 'countersign', 'peer']
  const token = await requestToken(
    subject,
    'service',
    { grant_type: 'client_credentials', scope: 'items' },
    'access_token',
  )
  const issuer = await issuerOf(subject)
  const keyId = decodeProtectedHeader(token).kid ?? ''
  const work = { connections, turns: [[{ request: get('/items', token), contains: '"item_id":"Foo"' }]] }
  const targets = await Promise.all(guards.map((guardedBy) => start(program, [issuer, guardedBy, keyId])))
  try {
    const measures = targets.map((target) => (duration: number) => measureCost(target, work, duration))
    // The first requests run in the interpreter; nobody waits for them in production.
    await takeTurns(
      2,
      measures.map((measure) => () => measure(1)),
    )
    const [open = [], ours = [], others = []] = await takeTurns(
      rounds,
      measures.map((measure) => () => measure(seconds)),
    )
    tell(
      `${name}: ${[open, ours, others]
        .filter((side) => side.length > 0)
        .map((side) => rate(side).toFixed(0))
        .join(', ')} requests/s`,
    )
    return [
      finding(`${name}, guarded by us, rate beside the open route`, ours, open),
      ...(peer === undefined ? [] : [finding(`${name}, guarded by ${peer}, beside the open route`, others, open)]),
    ]
  } finally {
    for (const target of targets) await target.stop()
  }
}

function start(program: string, settings: readonly string[]): Promise<RunningProcess> {
  const path = fileURLToPath(new URL(`../frameworks/${program}`, import.meta.url))
  const environment = { NODE_ENV: 'production' }
  return startServing({ args: ['--conditions=source', path, ...settings], core: 0, environment })
}

function finding(what: string, guarded: readonly Measured[], open: readonly Measured[]): Finding {
  const overhead = median(guarded.map(({ cost }) => cost)) - median(open.map(({ cost }) => cost))
  return {
    what,
    figure: `${rate(guarded).toFixed(0)} beside ${rate(open).toFixed(0)} requests/s, ${overhead.toFixed(1)} µs more`,
    ratio: median(guarded.map(({ perSecond }, round) => perSecond / (open[round]?.perSecond ?? Number.NaN))),
  }
}

function rate(side: readonly Measured[]): number {
  return side.length === 0 ? Number.NaN : median(side.map(({ perSecond }) => perSecond))
}
