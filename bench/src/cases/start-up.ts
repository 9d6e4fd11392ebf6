/** From the start of the process to its first answer, on an existing database. */
import { atMost, type Case } from '../findings.ts'
import { alternate, beside, median } from '../rounds.ts'
import { deploy, serve, serveConstant, timeToFirstAnswer } from '../server-process.ts'

const rounds = 7

export const startUp: Case = async (tell) => {
  const deployment = await deploy()
  try {
    const bare = () => timeToFirstAnswer(serveConstant)
    const server = () => timeToFirstAnswer(() => serve(deployment))
    // The first start fills the compile cache.
    await server()
    const pairs = await alternate(rounds, bare, server)

    tell(`${pairs.map(({ subject }) => subject.toFixed(0)).join(', ')} ms`)
    const elapsed = median(pairs.map(({ subject }) => subject))
    return [
      {
        what: 'start to first answer, beside bare Node',
        figure: `${beside(pairs, (milliseconds) => milliseconds, 0)} ms`,
        ratio: median(pairs.map(({ subject, peer }) => subject / peer)),
        goal: atMost(elapsed, 400, 'ms'),
      },
    ]
  } finally {
    deployment.remove()
  }
}
