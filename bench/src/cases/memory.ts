/** What the server's process holds in memory: after its first requests, and after load on both of its paths. */
import { setTimeout as wait } from 'node:timers/promises'
import { atMost, type Case } from '../findings.ts'
import { get, putLoad } from '../load.ts'
import { type RunningProcess, residentMegabytes } from '../processes.ts'
import { deploy, logIn, loginTurns, serve, serveConstant } from '../server-process.ts'

const seconds = 5

export const memory: Case = async (tell) => {
  const deployment = await deploy()
  const server = await serve(deployment)
  const constant = await serveConstant()
  try {
    await get200(new URL('/readyz', server.url))
    await get200(constant.url)
    const idle = await settled(server)
    const idlePeer = await settled(constant)

    const turns = [[{ request: get('/users/me', await logIn(server.url)) }]]
    tell('load: GET /users/me, then logins')
    await putLoad({ url: constant.url, turns, connections: 32, seconds })
    await putLoad({ url: server.url, turns, connections: 32, seconds })
    await putLoad({ url: server.url, turns: loginTurns, connections: 8, seconds })
    const loaded = await settled(server)
    const loadedPeer = await settled(constant)
    return [
      {
        what: 'memory idle, beside constant JSON',
        figure: `${idle.toFixed(0)} beside ${idlePeer.toFixed(0)} MB`,
        ratio: idle / idlePeer,
        goal: atMost(idle, 100, 'MB'),
      },
      {
        what: 'memory after load, beside constant JSON',
        figure: `${loaded.toFixed(0)} beside ${loadedPeer.toFixed(0)} MB`,
        ratio: loaded / loadedPeer,
        goal: atMost(loaded, 160, 'MB'),
      },
    ]
  } finally {
    await constant.stop()
    await server.stop()
    deployment.remove()
  }
}

async function get200(url: URL): Promise<void> {
  const response = await fetch(url)
  await response.text()
  if (!response.ok) throw new Error(`${url.href} was answered ${response.status}`)
}

async function settled({ pid }: RunningProcess): Promise<number> {
  await wait(500)
  return residentMegabytes(pid)
}
