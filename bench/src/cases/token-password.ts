/** POST /token with a password, on all cores, beside the bare hash: what a login costs on top of argon2id. */
import { fileURLToPath } from 'node:url'
import { atLeast, type Case } from '../findings.ts'
import { putLoad } from '../load.ts'
import { runToEnd } from '../processes.ts'
import { alternate, beside, median } from '../rounds.ts'
import { deploy, login, loginTurns, serve } from '../server-process.ts'

const connections = 8
const rounds = 7
const seconds = 3

export const tokenPassword: Case = async (tell) => {
  const deployment = await deploy()
  const server = await serve(deployment)
  const bareHash = fileURLToPath(new URL('../peers/bare-hash.ts', import.meta.url))
  const bareRate = async (duration: number) =>
    Number(await runToEnd({ args: [bareHash, deployment.passwordHash(), login.password, String(duration)] }))
  const loginRate = async (duration: number) =>
    (await putLoad({ url: server.url, turns: loginTurns, connections, seconds: duration })).perSecond
  try {
    await loginRate(2)
    const pairs = await alternate(
      rounds,
      () => bareRate(seconds),
      () => loginRate(seconds),
    )

    for (const { peer, subject } of pairs) tell(`${subject.toFixed(0)}/s beside ${peer.toFixed(0)}/s of the bare hash`)
    const ratio = median(pairs.map(({ subject, peer }) => subject / peer))
    return [
      {
        what: 'POST /token with a password, rate beside the bare hash',
        figure: `${beside(pairs, (perSecond) => perSecond, 0)} a second`,
        ratio,
        goal: atLeast(ratio, 0.95),
      },
    ]
  } finally {
    await server.stop()
    deployment.remove()
  }
}
