/** The same request in process and over a real socket: the responses must not differ. */
import assert from 'node:assert/strict'
import { ask, requestText } from './raw-http.ts'
import type { Scope } from './scope.ts'
import { openPort, type TestServer } from './server.ts'

/** Headers of the connection, and headers that differ between any two responses. */
const headersOfTheConnection = ['connection', 'keep-alive', 'content-length', 'date', 'x-request-id']

/**
 * The server, whose `get` and `post` send each request a second time over a socket and compare the two responses. For
 * requests that use nothing up, such as those that are rejected.
 */
export async function alsoOverSocket(scope: Scope, server: TestServer): Promise<TestServer> {
  const { port } = await openPort(scope, server)
  const compare = async (
    response: Response,
    requestLine: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Response> => {
    const bytes = Buffer.from(body ?? '').toString('latin1')
    const framing = body === undefined ? {} : { 'content-length': bytes.length }
    const received = await ask(
      scope,
      port,
      requestText(requestLine, { ...headers, ...framing, connection: 'close' }, bytes),
    )
    assert.deepEqual(
      comparable(received.status, received.headers, Buffer.from(received.body, 'latin1').toString()),
      comparable(response.status, response.headers, await response.clone().text()),
    )
    return response
  }
  return {
    ...server,
    get: async (path, headers = {}) => compare(await server.get(path, headers), `GET ${path}`, headers),
    post: async (path, form, headers = {}) => {
      const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
      const sent = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
      return compare(await server.post(path, form, headers), `POST ${path}`, sent, body)
    },
  }
}

function comparable(status: number, headers: Iterable<[string, string]>, body: string) {
  const fields = [...headers].filter(([name]) => !headersOfTheConnection.includes(name))
  return {
    status,
    headers: fields.map(([name, value]) => `${name}: ${withoutSecrets(value)}`).sort(),
    body: withoutSecrets(body),
  }
}

/** Replaces tokens and other random values, which are new in each response, by a name. */
function withoutSecrets(text: string): string {
  return text.replace(/[\w-]+\.[\w-]+\.[\w-]{43,}|[\w-]{43,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'random')
}
