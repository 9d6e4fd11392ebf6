/** An issuer on a real socket: metadata, keys, and whatever else a test lets it answer. It counts who asks. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { makePairSigner, type PairSigner } from './tokens.ts'

export interface IssuerRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface IssuerReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Objects are sent as JSON. */
  readonly body?: unknown
}

/** May be a promise that never ends, for an issuer that hangs. */
export type IssuerHandler = (request: IssuerRequest) => IssuerReply | Promise<IssuerReply>

export interface TestIssuer {
  /** Its identifier, an http URL on a loopback address without a path. */
  readonly url: string
  /** Signs with the one key in its JWKS. */
  readonly signer: PairSigner
  /** Lays these members over the metadata; `undefined` removes one. */
  readonly describe: (members: Readonly<Record<string, unknown>>) => void
  /** Answers at that path from now on. */
  readonly serve: (path: string, handler: IssuerHandler) => void
  /** How many requests came to that path; to any, when none is given. */
  readonly countOf: (path?: string) => number
  /** Closes the port until `resume`: connections are rejected. */
  readonly stop: () => Promise<void>
  readonly resume: () => Promise<void>
}

export const metadataPath = '/.well-known/oauth-authorization-server'
export const jwksPath = '/jwks'

/** Starts an issuer on a free port; closed when the test ends. */
export async function startIssuer(test: TestContext): Promise<TestIssuer> {
  const signer = await makePairSigner('ES256', 'key-1')
  const handlers = new Map<string, IssuerHandler>()
  const counts = new Map<string, number>()
  let server = createServer()
  let port = 0
  let metadata: Record<string, unknown> = {}

  async function listen(): Promise<void> {
    server = createServer(async (request, response) => {
      const path = request.url ?? ''
      counts.set(path, (counts.get(path) ?? 0) + 1)
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const body = Buffer.concat(chunks).toString()
      const reply = await handlers.get(path)?.({ method: request.method ?? '', headers: request.headers, body })
      response.writeHead(reply ? (reply.status ?? 200) : 404, { 'content-type': 'application/json', ...reply?.headers })
      response.end(typeof reply?.body === 'string' ? reply.body : JSON.stringify(reply?.body))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  async function stop(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  await listen()
  test.after(stop)
  const url = `http://127.0.0.1:${port}`
  metadata = { issuer: url, jwks_uri: `${url}${jwksPath}` }
  const jwk = { ...signer.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' }
  handlers.set(metadataPath, () => ({ body: metadata }))
  handlers.set(jwksPath, () => ({ body: { keys: [jwk] } }))

  return {
    url,
    signer,
    describe: (members) => {
      metadata = { ...metadata, ...members }
    },
    serve: (path, handler) => {
      handlers.set(path, handler)
    },
    countOf: (path) =>
      path === undefined ? [...counts.values()].reduce((sum, n) => sum + n, 0) : (counts.get(path) ?? 0),
    stop,
    resume: listen,
  }
}
