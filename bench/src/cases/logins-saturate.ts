/** GET /users/me while logins keep every core hashing: the tutorial's system stands still then. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Case, Finding } from '../findings.ts'
import { get, type Outcome, putLoad } from '../load.ts'
import { type Reads, readsBesideLogins } from '../reads-beside-logins.ts'
import { beside, median } from '../rounds.ts'
import { deploy, logIn, loginTurns, serve } from '../server-process.ts'

const connections = 32
const loginConnections = 8
const rounds = 5
const seconds = 3

interface Round extends Reads {
  readonly logins: Outcome
  readonly loginsAlone: Outcome
}

export const loginsSaturate: Case = async (tell) => {
  const deployment = await deploy()
  const server = await serve(deployment)
  try {
    const { url } = server
    const turns = [[{ request: get('/users/me', await logIn(url)) }]]
    const read = () => putLoad({ url, turns, connections, seconds })
    const logInFor = (duration: number) =>
      putLoad({ url, turns: loginTurns, connections: loginConnections, seconds: duration })
    const round = async (): Promise<Round> => {
      const idle = await read()
      // The logins begin before the readings and end after them.
      const [busy, logins] = await Promise.all([wait(500).then(read), logInFor(seconds + 1)])
      return { idle, busy, logins, loginsAlone: await logInFor(seconds) }
    }

    await Promise.all([read(), logInFor(seconds)])
    const measured: Round[] = []
    for (let count = 0; count < rounds; count++) {
      const one = await round()
      tell(`while logins saturate: ${describe(one.busy)}; idle: ${describe(one.idle)}`)
      measured.push(one)
    }
    return findings(measured)
  } finally {
    await server.stop()
    deployment.remove()
  }
}

function describe({ perSecond, p50, p99 }: Outcome): string {
  return `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
}

function findings(measured: readonly Round[]): readonly Finding[] {
  const logins = measured.map((round) => ({ subject: round.logins, peer: round.loginsAlone }))
  return [
    ...readsBesideLogins('GET /users/me while 8 connections log in', measured),
    {
      what: 'the logins meanwhile, beside logins alone',
      figure: `${beside(logins, ({ perSecond }) => perSecond, 0)} a second`,
      ratio: median(logins.map(({ subject, peer }) => subject.perSecond / peer.perSecond)),
    },
  ]
}
