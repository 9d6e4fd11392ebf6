/** How the client logs its user in: what @modelcontextprotocol/client asks of the program that it is part of. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { OAuthClientProvider, OAuthDiscoveryState, StoredOAuthTokens } from '@modelcontextprotocol/client'

export interface Login {
  readonly provider: OAuthClientProvider
  /** What the browser came back with. Rejects when it is not the answer to this log-in. */
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

  const answer = new Promise<URLSearchParams>((resolve, reject) => {
    callback.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', redirectUrl)
      const isAnswer = url.pathname === '/callback'
      response.writeHead(isAnswer ? 200 : 404, { 'content-type': 'text/html', connection: 'close' })
      response.end(
        '<!doctype html><title>MCP Client</title><link rel="icon" href="data:,"><p>Done. Close this window and go back to the terminal.',
      )
      if (!isAnswer) return
      callback.close()
      // RFC 6749 §10.12: an answer with another state was begun by somebody else. The SDK leaves this check to us.
      if (url.searchParams.get('state') === state) resolve(url.searchParams)
      else reject(new Error('The browser came back with the answer to another log-in. Start again.'))
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
