/** An issuer on a real port of loopback. Its responses are correct by default; a test can make them wrong. */
import { createServer, type IncomingMessage } from 'node:http'
import type { TestContext } from 'node:test'

/** A request to the issuer. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly form: URLSearchParams
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is a string. */
  readonly body?: unknown
}

export type Route = (received: Received, issuer: TestIssuer) => Answer | Promise<Answer>

export interface TestIssuer {
  readonly url: string
  readonly requests: readonly Received[]
  /** Responses by path; a test may change them at any time. */
  readonly routes: Record<string, Route>
  /** The forms that were posted to a path. */
  readonly posted: (path: string) => readonly URLSearchParams[]
}

const notFound: Route = () => ({ status: 404, body: { error: 'not_found' } })

/** Closed when the test ends. */
export async function startIssuer(
  test: TestContext,
  routes: Readonly<Record<string, Route>> = {},
  path = '',
): Promise<TestIssuer> {
  const requests: Received[] = []
  const own: Record<string, Route> = { ...routes }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', async () => {
      const { method = '', url = '/', headers } = request
      const received = { method, path: url, headers, form: new URLSearchParams(body) }
      requests.push(received)
      const route = own[url.split('?')[0] ?? ''] ?? notFound
      const result = await route(received, issuer)
      const isText = typeof result.body === 'string'
      response.writeHead(result.status ?? 200, {
        'content-type': isText ? 'text/html' : 'application/json',
        ...result.headers,
      })
      response.end(isText ? result.body : JSON.stringify(result.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}${path}`
  const issuer: TestIssuer = {
    url,
    requests,
    routes: own,
    posted: (wanted) => requests.filter((one) => one.method === 'POST' && one.path === wanted).map(({ form }) => form),
  }
  own['/.well-known/oauth-authorization-server'] ??= () => ({ body: metadataOf(issuer) })
  own['/token'] ??= () => ({ body: tokenResponse() })
  return issuer
}

/** The metadata of a correct issuer, with changes for the test. */
export function metadataOf({ url }: { readonly url: string }, changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    revocation_endpoint: `${url}/revoke`,
    end_session_endpoint: `${url}/logout`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...changes,
  }
}

/** A correct token response, with changes for the test. */
export function tokenResponse(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { access_token: 'access-1', token_type: 'Bearer', expires_in: 900, ...changes }
}
