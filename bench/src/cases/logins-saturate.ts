/** GET /users/me while logins keep every core hashing: the tutorial's system stands still then. */
import { setTimeout as wait } from 'node:timers/promises'
import { atLeast, atMost, type Case } from '../findings.ts'
import { get, putLoad } from '../load.ts'
import { alternate, median } from '../rounds.ts'
import { deploy, logIn, loginRequest, serve } from '../server-process.ts'

const connections = 32
const loginConnections = 8
const rounds = 5
const seconds = 3

export const loginsSaturate: Case = async (tell) => {
  const deployment = await deploy()
  const server = await serve(deployment)
  try {
    const { url } = server
    const request = get('/users/me', await logIn(url))
    const read = () => putLoad({ url, request, connections, seconds })
    const logins = (duration: number) =>
      putLoad({ url, request: loginRequest, connections: loginConnections, seconds: duration })
    const readWhileLoggingIn = async () => {
      // The logins begin before the readings and end after them.
      const [reading] = await Promise.all([wait(500).then(read), logins(seconds + 1)])
      return reading
    }
    await Promise.all([read(), logins(seconds)])
    const pairs = await alternate(rounds, read, readWhileLoggingIn)

    for (const { peer, subject } of pairs) {
      tell(
        `${subject.perSecond.toFixed(0)}/s, p50 ${subject.p50.toFixed(1)} ms, p99 ${subject.p99.toFixed(1)} ms; ` +
          `idle ${peer.perSecond.toFixed(0)}/s, p50 ${peer.p50.toFixed(1)} ms, p99 ${peer.p99.toFixed(1)} ms`,
      )
    }
    const p99 = median(pairs.map(({ subject }) => subject.p99))
    const idleP99 = median(pairs.map(({ peer }) => peer.p99))
    const rate = median(pairs.map(({ subject, peer }) => subject.perSecond / peer.perSecond))
    return [
      {
        what: 'GET /users/me while 8 connections log in, p99',
        figure: `${p99.toFixed(1)} ms, idle ${idleP99.toFixed(1)} ms`,
        goal: atMost(p99, 20, 'ms'),
      },
      {
        what: 'the same, rate beside the idle rate',
        figure: `${pairs.at(-1)?.subject.perSecond.toFixed(0)} beside ${pairs.at(-1)?.peer.perSecond.toFixed(0)} requests/s`,
        ratio: rate,
        goal: atLeast(rate, 0.3),
      },
    ]
  } finally {
    await server.stop()
    deployment.remove()
  }
}
