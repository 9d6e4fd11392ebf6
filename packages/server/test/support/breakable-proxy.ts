/** A TCP proxy before a real server, which can be cut off as when the server is killed, or fall silent as when it hangs. */
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { freePort } from '../../../../test/support/free-port.ts'
import type { FreshDatabase } from './databases.ts'

export interface BreakableProxy {
  readonly port: number
  /** Connections that are open. */
  readonly connections: () => number
  /** Ends all connections, and refuses new ones. */
  readonly cut: () => Promise<void>
  /** Accepts connections, and says nothing any more. */
  readonly silence: () => void
  /** Ends the next connection on which the client sends `text`, after the server has answered and before the client gets the answer. */
  readonly cutAfter: (text: string) => void
  /**
   * Keeps back what the server says on the next connection on which the client sends `text`, until the returned function is called. Nothing is
   * kept back when it is called before.
   */
  readonly holdAfter: (text: string) => () => void
  /** Whether `cutAfter` or `holdAfter` still waits for its text. */
  readonly isArmed: () => boolean
  /** Connections that are open fall silent. New ones work, as when another server has taken the address over. */
  readonly abandon: () => void
  /** The server is back. Connections from before are ended. */
  readonly restore: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function breakableProxy(target: NetConnectOpts): Promise<BreakableProxy> {
  const sockets = new Set<Socket>()
  let isSilent = false
  let armed: { readonly text: string; readonly fire: (client: Socket, upstream: Socket) => void } | undefined
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    keep(client)
    if (isSilent) return
    const upstream = connect(target)
    keep(upstream)
    client.pipe(upstream).pipe(client)
    client.on('data', (sent) => {
      if (!armed || !sent.includes(armed.text)) return
      const { fire } = armed
      armed = undefined
      fire(client, upstream)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const abandon = () => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  const endAll = () => [...sockets].map((socket) => socket.destroy())
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      endAll()
    })
  // Nobody else gets it while it is cut.
  const port = await freePort()
  await listen(port)
  return {
    port,
    connections: () => [...sockets].filter((socket) => socket.localPort === port).length,
    cut: stop,
    silence: () => {
      isSilent = true
      abandon()
    },
    cutAfter: (text) => {
      const fire = (client: Socket, upstream: Socket) =>
        upstream
          .unpipe(client)
          .once('data', () => client.destroy())
          .resume()
      armed = { text, fire }
    },
    holdAfter: (text) => {
      let goOn = () => {
        if (armed === hold) armed = undefined
      }
      const fire = (client: Socket, upstream: Socket) => {
        upstream.unpipe(client).pause()
        goOn = () => {
          upstream.pipe(client)
          goOn = () => {}
        }
      }
      const hold = { text, fire }
      armed = hold
      return () => goOn()
    },
    isArmed: () => armed !== undefined,
    abandon,
    restore: async () => {
      isSilent = false
      endAll()
      if (!server.listening) await listen(port)
    },
    close: async () => {
      if (server.listening) await stop()
    },
  }
}

/** The database behind such a proxy, for this test: the URL leads through it. */
export async function behindProxy(
  t: TestContext,
  { url, remove }: FreshDatabase,
): Promise<{ readonly url: string; readonly proxy: BreakableProxy }> {
  t.after(remove)
  const through = new URL(url)
  const proxy = await breakableProxy({ host: through.hostname, port: Number(through.port) })
  t.after(proxy.close)
  through.port = String(proxy.port)
  return { url: through.href, proxy }
}
