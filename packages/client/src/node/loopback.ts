/** The redirect URI of a program without a website: a port of this machine that waits for one response (RFC 8252 §7.3). */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ClientError } from '../errors.ts'
import { lastPage, lastPageHeaders } from './last-page.ts'

/** What a URL that the browser came back to means for the login. */
export type Arrival =
  /** The login has succeeded or failed; `page` is what the browser shows. */
  | { readonly over: true; readonly page: readonly [title: string, text: string] }
  /** The response belongs to another login, or to an old one. The wait goes on. */
  | { readonly over: false }

export interface LoopbackListener {
  /** `http://127.0.0.1:PORT/callback`. */
  readonly redirectUri: string
  /**
   * Calls `arrive` with each URL that arrives at the redirect URI, until the login is over.
   * @throws the reason of `signal` when it is aborted
   */
  readonly wait: (arrive: (url: URL) => Promise<Arrival>, signal: AbortSignal) => Promise<void>
  /** Frees the port. */
  readonly close: () => void
}

const path = '/callback'

/**
 * Listens on a port of 127.0.0.1; 0 is any free port.
 * @throws ClientError `port_taken`
 */
export async function listenOnLoopback(port: number): Promise<LoopbackListener> {
  let arrive: ((url: URL) => Promise<Arrival>) | undefined
  let finish: () => void = () => {}

  const server = createServer((request, response) => {
    // If the page cannot be sent, the login still goes on in `wait`.
    void handle(request, response).catch(() => response.destroy())
  })
  // RFC 8252 §8.3: the IP address, since a name may resolve to another interface.
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ClientError('port_taken', `Port ${port} of 127.0.0.1 is not free: choose another port`, {
      cause: error,
    })
  }
  const bound = server.address()
  const host = `127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The Host header reveals a foreign site whose name resolves to this machine (DNS rebinding).
    const url = request.headers.host === host ? new URL(`http://${host}${request.url ?? '/'}`) : undefined
    if (request.method !== 'GET' || url?.pathname !== path || !arrive) {
      await show(response, 404, ['Not found', 'There is nothing here.'])
      return
    }
    const arrival = await arrive(url)
    if (!arrival.over) {
      await show(response, 400, [
        'Not this login',
        'This response does not belong to the login that the program waits for.',
      ])
      return
    }
    // Only one response is accepted.
    arrive = undefined
    await show(response, 200, arrival.page)
    finish()
  }

  return {
    redirectUri: `http://${host}${path}`,
    wait: (callback, signal) =>
      new Promise((resolve, reject) => {
        const stop = () => reject(signal.reason)
        if (signal.aborted) stop()
        signal.addEventListener('abort', stop, { once: true })
        finish = () => {
          signal.removeEventListener('abort', stop)
          resolve()
        }
        arrive = callback
      }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Sends the page. Resolves when all of it is sent, or when the browser has closed the connection. */
async function show(response: ServerResponse, status: number, page: readonly [string, string]): Promise<void> {
  response.writeHead(status, lastPageHeaders)
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    response.end(lastPage(...page))
  })
}
