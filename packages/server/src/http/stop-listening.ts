/** Closes the listening socket of a server without resetting a connection. */
import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { socketOf } from './listening-socket.ts'

/** No connection has come for so long: none is on its way. */
const gapMs = 20
/** A steady stream of connections has no gap: it is not waited for any longer. */
const maxWaitMs = 1000
/** A turn of the event loop that did nothing else is shorter. */
const shortTurnMs = 0.1
const timeoutMs = 2000
/** Between two looks, when no connection waits. */
const lookMs = 1

/**
 * The system makes a connection before the process accepts it, one in each turn of the event loop. Those that wait are reset when the socket is closed, and
 * a proxy does not repeat a POST that it has sent. So what is accepted from now on is held, which keeps the turns short, until nothing waits. Then the
 * socket is closed in the same turn, and what was held is served. `ended` is called when the last connection has ended.
 */
export function stopListening(server: Server, ended: () => void): Promise<void> {
  const socket = socketOf(server)
  const listeners = server.listeners('connection')
  const held: Socket[] = []
  const begunMs = performance.now()
  let acceptedMs = begunMs
  let turnMs = begunMs

  function stop(): void {
    // Not http's: that one also closes idle connections, and a request may be on its way on them.
    NetServer.prototype.close.call(server, ended)
    server.off('connection', hold)
    for (const listener of listeners) server.on('connection', listener as (socket: Socket) => void)
    for (const socket of held) if (!socket.destroyed) server.emit('connection', socket)
  }

  function hold(socket: Socket): void {
    held.push(socket)
    // Without a listener, a reset by the client would end the process.
    socket.on('error', () => socket.destroy())
    acceptedMs = performance.now()
  }

  server.removeAllListeners('connection')
  server.on('connection', hold)
  return new Promise((resolve) => {
    let isLooking = false
    const judge = () => {
      isLooking = false
      const now = performance.now()
      const isEmpty = acceptedMs < turnMs && now - turnMs < shortTurnMs
      const isCalm = now - acceptedMs >= gapMs || now - begunMs > maxWaitMs
      if ((isEmpty && isCalm) || now - begunMs > timeoutMs) {
        // Here, without a call of what V8 has not compiled yet: that would take longer than the whole turn, and a connection may come meanwhile.
        socket?.close()
        clearInterval(looks)
        stop()
        resolve()
      } else if (acceptedMs >= turnMs) {
        // Others may wait behind it.
        look()
      }
    }
    const look = () => {
      if (isLooking) return
      isLooking = true
      turnMs = performance.now()
      setImmediate(judge)
    }
    // Not in each turn: the system takes the processor from a process that does not rest, perhaps between the last look and the end of the socket.
    const looks = setInterval(look, lookMs)
  })
}
