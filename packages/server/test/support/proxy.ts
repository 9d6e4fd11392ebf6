/** A reverse proxy with TLS before a real server, as in production, and what proxies do wrong. */
import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ServerCertificate } from './certificates.ts'
import type { Scope } from './scope.ts'

export interface ProxiedRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface ProxiedResponse {
  status: number
  headers: OutgoingHttpHeaders
  body: string
}

/** What the proxy does wrong: it changes what it forwards, or answers by itself. */
export interface Fault {
  readonly request?: (request: ProxiedRequest) => void
  readonly answer?: (request: ProxiedRequest) => ProxiedResponse | undefined
  readonly response?: (response: ProxiedResponse, request: ProxiedRequest) => void
}

export interface TlsProxy {
  /** Such as `https://127.0.0.1:40123`. */
  readonly origin: string
  /** The port of the server. */
  target: number
  fault: Fault
}

/** It appends to X-Forwarded-For, as nginx does with `$proxy_add_x_forwarded_for`. Closed with `scope`. */
export async function startProxy(
  scope: Scope,
  { certificate, key }: ServerCertificate,
  tls: ServerOptions = {},
): Promise<TlsProxy> {
  const files = { cert: readFileSync(certificate), key: readFileSync(key) }
  const server = createServer({ ...files, ...tls }, async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const known = headers['x-forwarded-for']
    const address = incoming.socket.remoteAddress ?? ''
    const forwarded = { ...headers, 'x-forwarded-for': known === undefined ? address : `${String(known)}, ${address}` }
    const asked: ProxiedRequest = { method, path: url, headers: forwarded, body: await text(incoming) }
    proxy.fault.request?.(asked)
    const response = proxy.fault.answer?.(asked) ?? (await forward(proxy.target, asked))
    proxy.fault.response?.(response, asked)
    delete response.headers['transfer-encoding']
    response.headers['content-length'] = Buffer.byteLength(response.body)
    outgoing.writeHead(response.status, response.headers).end(response.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy: TlsProxy = { origin: `https://127.0.0.1:${port}`, target: 0, fault: {} }
  scope.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return proxy
}

function forward(port: number, { method, path, headers, body }: ProxiedRequest): Promise<ProxiedResponse> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, headers: { ...response.headers }, body: await text(response) })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
