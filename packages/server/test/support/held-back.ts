/** A server on a real port whose answers to `/healthz` wait until the test lets them go. */
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { App } from '../../src/http/app.ts'
import { type Listening, listen } from '../../src/http/listen.ts'
import { openConnection, requestText } from './raw-http.ts'
import type { Scope } from './scope.ts'

export interface HeldBack {
  readonly app: App
  /** Lets the answers to `/healthz` go. */
  readonly answer: () => void
  /** The targets of the requests that the app has begun to handle. */
  readonly handled: readonly string[]
}

/** The app, which answers `/healthz` only when `answer` is called. */
function heldBack(app: App): HeldBack {
  const held = Promise.withResolvers<void>()
  const handled: string[] = []
  const handle: App['handle'] = async (incoming) => {
    handled.push(incoming.target)
    if (incoming.target === '/healthz') await held.promise
    return await app.handle(incoming)
  }
  return { app: { ...app, handle }, answer: held.resolve, handled }
}

export const slow: string = requestText('GET /healthz')

/** Closed with `scope`. */
export async function openHeldBack(scope: Scope, app: App): Promise<HeldBack & Listening> {
  const held = heldBack(app)
  const listening = await listen(held.app, '127.0.0.1', 0, { keepAliveTimeout: 65 })
  scope.after(() => listening.close(0))
  return { ...held, ...listening }
}

/** Two requests of another connection are answered: what had arrived on the first one is read by then. */
export async function serveAnother(scope: Scope, port: number): Promise<void> {
  const other = openConnection(scope, port)
  for (let round = 0; round < 2; round++) {
    other.write(requestText('GET /readyz'))
    const { status } = await other.readResponse()
    if (status !== 200) throw new Error(`another client got ${status}`)
  }
}

/** The server's sockets, in the order of the first request of each, and how many requests each has had. */
export function watchSockets(scope: Scope): ReadonlyMap<Socket, number> {
  const requests = new Map<Socket, number>()
  const started = channel('http.server.request.start')
  const note = (message: unknown) => {
    const { socket } = (message as { readonly request: IncomingMessage }).request
    requests.set(socket, (requests.get(socket) ?? 0) + 1)
  }
  started.subscribe(note)
  scope.after(() => started.unsubscribe(note))
  return requests
}
