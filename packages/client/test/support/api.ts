/** An API on a real port of loopback that records its requests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'

export interface ApiRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface TestApi {
  readonly url: string
  readonly requests: readonly ApiRequest[]
}

/** Responds with the request as JSON, unless the test does something else. Closed when the test ends. */
export async function startApi(
  test: TestContext,
  respond: (request: ApiRequest, response: ServerResponse) => void = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(request))
  },
): Promise<TestApi> {
  const requests: ApiRequest[] = []
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk)
    const { method = '', url = '', headers } = message
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() }
    requests.push(request)
    respond(request, response)
  })
  return { url: await listen(test, server), requests }
}

/** Starts a server on a free port of loopback, and returns its origin. */
export async function listen(test: TestContext, server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}
