/** Node's HTTP server with a limit on the size of headers, and time limits on every part of a connection. */
import type { Server, ServerOptions } from 'node:http'
import { nodeHttp } from './node-http.ts'
import { maxHeaderBytes } from './request-problem.ts'

/** The headers and the body of a request must each arrive within this time (RFC 9110 §15.5.9: 408). */
const receiveTimeoutMs = 10_000
const checkIntervalMs = 2_000
/** For a connection without any transfer, such as one that never reads its response. */
const defaultIdleTimeoutMs = 30_000

export function createLimitedServer(options: ServerOptions = {}, idleTimeoutMs: number = defaultIdleTimeoutMs): Server {
  const server = nodeHttp.createServer({
    ...options,
    headersTimeout: receiveTimeoutMs,
    requestTimeout: receiveTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    maxHeaderSize: maxHeaderBytes,
  })
  server.timeout = idleTimeoutMs
  return server
}
