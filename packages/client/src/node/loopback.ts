/** The redirect URI of a program without a website: a port of this machine that waits for one answer (RFC 8252 §7.3). */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ClientError } from '../errors.ts'
import { lastPage, lastPageHeaders } from './last-page.ts'

/** What came of an address that the browser was sent to. */
export type Arrival =
  /** The login is over, well or not; `page` is what the browser shows. */
  | { readonly over: true; readonly page: readonly [title: string, text: string] }
  /** It is not the answer of this login: someone else's, or an old one. The wait goes on. */
  | { readonly over: false }

export interface LoopbackListener {
  /** `http://127.0.0.1:PORT/callback`. */
  readonly redirectUri: string
  /**
   * Gives each address that arrives at the redirect URI to `arrive`, and ends with the first that is over.
   * @throws what `signal` was aborted with
   */
  readonly wait: (arrive: (url: URL) => Promise<Arrival>, signal: AbortSignal) => Promise<void>
  /** Gives the port back. */
  readonly close: () => void
}

const path = '/callback'

/**
 * Takes a port of 127.0.0.1; 0 is any that is free.
 * @throws ClientError `port_taken`
 */
export async function listenOnLoopback(port: number): Promise<LoopbackListener> {
  let arrive: ((url: URL) => Promise<Arrival>) | undefined
  let finish: () => void = () => {}

  const server = createServer((request, response) => {
    // A page that can't be written is nobody's loss: the login itself goes on in `wait`.
    void handle(request, response).catch(() => response.destroy())
  })
  // RFC 8252 §8.3: the IP address, since a name may lead to another interface.
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ClientError('port_taken', `Port ${port} of 127.0.0.1 can't be listened on: choose another`, {
      cause: error,
    })
  }
  const bound = server.address()
  const host = `127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A foreign site whose name leads here (DNS rebinding) is told by the name it asks for.
    const url = request.headers.host === host ? new URL(`http://${host}${request.url ?? '/'}`) : undefined
    if (request.method !== 'GET' || url?.pathname !== path || !arrive) {
      await show(response, 404, ['Not found', 'There is nothing here.'])
      return
    }
    const arrival = await arrive(url)
    if (!arrival.over) {
      await show(response, 400, ['Not this login', 'This answer is not of the login that the program waits for.'])
      return
    }
    // One answer only.
    arrive = undefined
    await show(response, 200, arrival.page)
    finish()
  }

  return {
    redirectUri: `http://${host}${path}`,
    wait: (given, signal) =>
      new Promise((resolve, reject) => {
        const stop = () => reject(signal.reason)
        if (signal.aborted) stop()
        signal.addEventListener('abort', stop, { once: true })
        finish = () => {
          signal.removeEventListener('abort', stop)
          resolve()
        }
        arrive = given
      }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Writes the page, and answers when all of it is out or the browser is gone. */
async function show(response: ServerResponse, status: number, page: readonly [string, string]): Promise<void> {
  response.writeHead(status, lastPageHeaders)
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    response.end(lastPage(...page))
  })
}
