/** Countersign inside of Hono and of Express, beside a port of its own: what the framework around it costs a request. */
import { fileURLToPath } from 'node:url'
import { service } from '../embedded/service.ts'
import type { Case, Finding } from '../findings.ts'
import { get, type Measured, measureCost, post } from '../load.ts'
import { type RunningProcess, startServing } from '../processes.ts'
import { beside, median, type Pair, takeTurns } from '../rounds.ts'

const rounds = 5
const seconds = 1.5
const connections = 32

const authorization = `Basic ${Buffer.from(`${service.client_id}:${service.client_secret}`).toString('base64')}`

const requests: Readonly<Record<string, string>> = {
  'GET /.well-known/jwks.json': get('/.well-known/jwks.json'),
  'POST /token client_credentials': post('/token', { grant_type: 'client_credentials' }, authorization),
}

export const embedded: Case = async (tell) => {
  const servers = await Promise.all(['listen', 'hono', 'express'].map(start))
  try {
    const findings: Finding[] = []
    for (const [what, request] of Object.entries(requests)) {
      const measures = servers.map((server) => (duration: number) => {
        return measureCost(server, { connections, turns: [[{ request }]] }, duration)
      })
      // The first requests run in the interpreter; nobody waits for them in production.
      await takeTurns(
        2,
        measures.map((measure) => () => measure(1)),
      )
      const [listen = [], hono = [], express = []] = await takeTurns(
        rounds,
        measures.map((measure) => () => measure(seconds)),
      )
      const found = [compare(`${what}, in Hono`, hono, listen), compare(`${what}, in Express`, express, listen)]
      for (const { figure } of found) tell(`${what}: ${figure}`)
      findings.push(...found)
    }
    return findings
  } finally {
    for (const server of servers) await server.stop()
  }
}

function start(way: string): Promise<RunningProcess> {
  const program = fileURLToPath(new URL('../embedded/server.ts', import.meta.url))
  return startServing({ args: ['--conditions=source', program, way], core: 0, environment: { NODE_ENV: 'production' } })
}

function compare(what: string, inside: readonly Measured[], alone: readonly Measured[]): Finding {
  const pairs = inside.flatMap((subject, round): Pair<Measured>[] => {
    const peer = alone[round]
    return peer ? [{ subject, peer }] : []
  })
  return {
    what: `${what}, processor time beside listen`,
    figure: `${beside(pairs, ({ cost }) => cost, 1)} µs a request`,
    ratio: median(pairs.map(({ subject, peer }) => peer.cost / subject.cost)),
  }
}
