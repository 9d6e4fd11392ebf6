/** How the client logs its user in: the part that @modelcontextprotocol/client leaves to the program. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { OAuthClientProvider, OAuthDiscoveryState, StoredOAuthTokens } from '@modelcontextprotocol/client'

export interface Login {
  readonly provider: OAuthClientProvider
  /** The parameters that the browser returns for this login. */
  readonly answer: Promise<URLSearchParams>
}

/** Prints where to log in, and waits at an address of this machine for the browser to come back (RFC 8252 §7.3). */
export async function prepareLogin(clientId: string): Promise<Login> {
  const callback = createServer().listen(0, '127.0.0.1')
  await once(callback, 'listening')
  const bound = callback.address()
  const redirectUrl = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/callback`
  const state = crypto.randomUUID()
  // In memory: a program that is started again would keep them in the keychain of the system.
  let tokens: StoredOAuthTokens | undefined
  let discovered: OAuthDiscoveryState | undefined
  let verifier = ''

  const answer = new Promise<URLSearchParams>((resolve) => {
    callback.on('request', (request, response) => {
      const parameters = readParameters(request, redirectUrl)
      // RFC 6749 §10.12: an answer with another state was begun by somebody else. The SDK leaves this check to us.
      const isAnswer = parameters?.get('state') === state
      const words = isAnswer ? 'Done. Close this window and go back to the terminal.' : 'This answers no log-in.'
      response.writeHead(isAnswer ? 200 : 404, { 'content-type': 'text/html', connection: 'close' })
      response.end(`<!doctype html><title>MCP Client</title><link rel="icon" href="data:,"><p>${words}`)
      // Any page in the browser can send requests to this port: they must not end the wait.
      if (!isAnswer) return
      callback.close()
      resolve(parameters)
    })
  })

  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadata: { client_name: 'MCP Client', redirect_uris: [redirectUrl] },
    clientInformation: () => ({ client_id: clientId }),
    state: () => state,
    tokens: () => tokens,
    saveTokens: (saved) => {
      tokens = saved
    },
    codeVerifier: () => verifier,
    saveCodeVerifier: (saved) => {
      verifier = saved
    },
    discoveryState: () => discovered,
    saveDiscoveryState: (saved) => {
      discovered = saved
    },
    redirectToAuthorization: ({ href }) => console.log(`Open this address in a browser to log in:\n\n  ${href}\n`),
  }
  return { provider, answer }
}

/** The query of a request to the redirect URI, and `undefined` for any other. */
function readParameters({ url = '', headers }: IncomingMessage, redirectUrl: string): URLSearchParams | undefined {
  const { host, pathname } = new URL(redirectUrl)
  if (headers.host !== host || !URL.canParse(url, redirectUrl)) return undefined
  const target = new URL(url, redirectUrl)
  return target.pathname === pathname ? target.searchParams : undefined
}
