/** Serves the app on a Node socket, with time limits on every part of a connection. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Responder } from './app.ts'
import { type Connections, trackConnections } from './connections.ts'
import { createLimitedServer } from './limited-server.ts'
import { type ListeningSocket, socketOf } from './listening-socket.ts'
import { serveNode } from './node.ts'
import { createOneByOne } from './one-by-one.ts'
import { createPendingResponses } from './pending-responses.ts'
import { defaultGraceMs } from './running.ts'
import { rejectConnect, rejectUnparsable } from './socket.ts'
import { stopListening } from './stop-listening.ts'

export interface Listening {
  readonly port: number
  /** For another process; `undefined` where the processes have no sockets of their own. */
  readonly socket: () => ListeningSocket | undefined
  /** Accepts no more connections: another process accepts them from the same socket. Before `drain` and `close`. */
  readonly release: () => void
  /**
   * Goes on serving for `delayMs`, so that load balancers find other servers, and asks each client to close its connection. Resolves earlier when no
   * connection is open, unless `isWatched`.
   */
  readonly drain: (delayMs: number, isWatched: () => boolean) => Promise<void>
  /**
   * Accepts no more connections, and waits for running requests, at most `graceMs`. Whether all have ended by then. A second call does nothing more.
   * @default graceMs 10 seconds
   */
  readonly close: (graceMs?: number) => Promise<boolean>
}

export interface ListenSettings {
  /** Seconds that a connection stays open without a request. */
  readonly keepAliveTimeout: number
  /** Whether other processes open the same port, too. @default false */
  readonly sharesPort?: boolean
  /** One that another process has listened on until now. @default a new one */
  readonly socket?: ListeningSocket | undefined
}

/**
 * Connections that wait to be accepted, as far as the system allows: those beyond are dropped without a word, and their clients try again after a second. A
 * process accepts one in each turn of the event loop.
 */
const backlog = 4096
const pollMs = 50
/** After a drain, idle connections are closed when no request has come for this long: one may be on its way to any of them. */
const quietMs = 500

/** Resolves when the port is open. @throws the system's error (`EADDRINUSE`, ...) */
export function listen(
  app: Responder,
  host: string,
  port: number,
  { keepAliveTimeout, sharesPort = false, socket }: ListenSettings,
): Promise<Listening> {
  const responses = createPendingResponses()
  const oneByOne = createOneByOne()
  const unparsable = new WeakSet<object>()
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const before = responses.add(incoming, outgoing)
    connections.noteRequest(outgoing)
    oneByOne(incoming.socket, before, () => serveNode(app, incoming, outgoing))
  }
  const server = createLimitedServer({
    keepAliveTimeout: keepAliveTimeout * 1000,
    // `requestProblem` finds a missing Host too, and the response then has our form.
    requireHostHeader: false,
  })
  const connections = trackConnections(server, responses)
  // Node looks the address up at its first use, and after a reset by the client there is none.
  server.on('connection', (socket) => void socket.remoteAddress)
  server.on('request', serve)
  // RFC 9110 §10.1.1: an expectation other than 100-continue may be ignored.
  server.on('checkExpectation', serve)
  server.on('connect', (_incoming, socket: Socket) => rejectConnect(app, socket, responses.of(socket).before))
  server.on('clientError', (error, socket) => {
    // Whatever arrives after it is unparsable too.
    if (unparsable.has(socket)) return
    unparsable.add(socket)
    rejectUnparsable(app, error, socket as Socket, responses.of(socket))
  })
  let isDrained = false
  let released: Promise<void> | undefined
  let closed: Promise<boolean> | undefined
  // Where Node has no SO_REUSEPORT, it hands the connections from the primary process to the workers.
  const reusePort = sharesPort && process.platform === 'linux'
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const listening = () => {
      server.off('error', reject)
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        socket: () => (reusePort ? socketOf(server) : undefined),
        release: () => {
          // Not http's: that one also closes idle connections, and a request may be on its way on them.
          released = new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()))
        },
        drain: async (delayMs, isWatched) => {
          isDrained = true
          await drain(connections, delayMs, isWatched)
        },
        close: (graceMs = defaultGraceMs) => {
          closed ??= close(server, connections, { graceMs, quietMs: isDrained ? quietMs : 0, released })
          return closed
        },
      })
    }
    if (socket) server.listen(socket, backlog, listening)
    else server.listen({ port, host, reusePort, backlog }, listening)
  })
}

async function drain(connections: Connections, delayMs: number, isWatched: () => boolean): Promise<void> {
  connections.closeAfterResponse()
  const end = performance.now() + delayMs
  for (let left = delayMs; left > 0 && (isWatched() || connections.count() > 0); left = end - performance.now()) {
    await sleep(Math.min(left, pollMs))
  }
}

interface CloseSettings {
  readonly graceMs: number
  readonly quietMs: number
  /** Resolves when the last connection has ended; `undefined`: no other process has the socket. */
  readonly released: Promise<void> | undefined
}

async function close(server: Server, connections: Connections, settings: CloseSettings): Promise<boolean> {
  connections.closeAfterResponse()
  const ended = Promise.withResolvers<boolean>()
  const cutOff = () => {
    ended.resolve(connections.count() === 0)
    connections.destroyAll()
  }
  const deadline = setTimeout(cutOff, settings.graceMs)
  if (settings.released) void settings.released.then(() => ended.resolve(true))
  else await stopListening(server, () => ended.resolve(true))
  // Right after the turn that reads what has arrived.
  const sweep = setInterval(() => setImmediate(() => connections.closeIdle(settings.quietMs)), pollMs)
  const hasEnded = await ended.promise
  clearInterval(sweep)
  clearTimeout(deadline)
  // Those that were accepted after the deadline.
  cutOff()
  return hasEnded
}
