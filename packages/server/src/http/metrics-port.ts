/** Serves the metrics on a port of their own, which the proxy in front of the server does not reach. */
import type { Metrics } from '../metrics/metrics.ts'
import { createLimitedServer } from './limited-server.ts'
import { splitTarget } from './target.ts'
import { urlOf } from './url-of.ts'

export interface MetricsPort {
  readonly url: string
  readonly close: () => Promise<void>
}

/** GET /metrics. Resolves when the port is open. @throws the system's error (`EADDRINUSE`, ...) */
export function listenForMetrics(
  read: Metrics['read'],
  host: string,
  port: number,
  idleTimeoutMs?: number,
): Promise<MetricsPort> {
  const server = createLimitedServer({}, idleTimeoutMs)
  server.on('request', async (incoming, outgoing) => {
    const { path } = splitTarget(incoming.url ?? '')
    const isKnown = path === '/metrics' && (incoming.method === 'GET' || incoming.method === 'HEAD')
    if (!isKnown) return outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('Only GET /metrics is here.\n')
    try {
      const { contentType, text } = await read()
      return outgoing.writeHead(200, { 'content-type': contentType }).end(text)
    } catch {
      return outgoing.writeHead(503, { 'content-type': 'text/plain' }).end('The metrics cannot be read.\n')
    }
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({
        url: `${urlOf(host, typeof address === 'object' && address ? address.port : port)}/metrics`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
