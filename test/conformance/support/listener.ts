/** The suite's own URL, where the tested server may post to: a real port that records the requests. */
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'

export interface Received {
  readonly method: string
  readonly path: string
  readonly contentType: string
  readonly form: URLSearchParams
}

export interface Listener {
  readonly address: string
  /** The first request, when it arrives. */
  readonly received: Promise<Received>
}

/** Responds to every request with 200, as the suite does; closed when the test ends. */
export async function startListener(test: TestContext): Promise<Listener> {
  const { promise: received, resolve } = Promise.withResolvers<Received>()
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    outgoing.setHeader('cache-control', 'no-store')
    outgoing.end()
    resolve({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      contentType: incoming.headers['content-type'] ?? '',
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { address: `http://127.0.0.1:${port}`, received }
}
