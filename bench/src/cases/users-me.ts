/** GET /users/me beside constant JSON: what checking a token and reading a user cost on top of HTTP itself. */
import { atLeast, type Case } from '../findings.ts'
import { get, measureCost } from '../load.ts'
import type { RunningProcess } from '../processes.ts'
import { alternate, beside, median } from '../rounds.ts'
import { deploy, logIn, serve, serveConstant } from '../server-process.ts'

const connections = 32
const rounds = 7
const seconds = 2

export const usersMe: Case = async (tell) => {
  const deployment = await deploy()
  const server = await serve(deployment, 0)
  const constant = await serveConstant(0)
  try {
    const work = { connections, turns: [[{ request: get('/users/me', await logIn(server.url)) }]] }
    const measure = (target: RunningProcess, duration: number) => measureCost(target, work, duration)
    // The first requests run in the interpreter; nobody waits for them in production.
    await alternate(
      2,
      () => measure(constant, 1),
      () => measure(server, 1),
    )
    const pairs = await alternate(
      rounds,
      () => measure(constant, seconds),
      () => measure(server, seconds),
    )

    for (const { peer, subject } of pairs) {
      tell(`${subject.perSecond.toFixed(0)}/s beside ${peer.perSecond.toFixed(0)}/s of constant JSON`)
    }
    const rate = median(pairs.map(({ subject, peer }) => subject.perSecond / peer.perSecond))
    const cost = median(pairs.map(({ subject, peer }) => peer.cost / subject.cost))
    return [
      {
        what: 'GET /users/me, rate beside constant JSON',
        figure: `${beside(pairs, ({ perSecond }) => perSecond, 0)} requests/s`,
        ratio: rate,
        goal: atLeast(rate, 0.55),
      },
      {
        what: 'the same by processor time, which other load hardly touches',
        figure: `${beside(pairs, ({ cost }) => cost, 1)} µs a request`,
        ratio: cost,
        goal: atLeast(cost, 0.55),
      },
    ]
  } finally {
    await constant.stop()
    await server.stop()
    deployment.remove()
  }
}
