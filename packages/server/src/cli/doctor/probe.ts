/** One request to the deployment, as any client on the internet could send it. What it returns is not trusted. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type Clock, systemClock } from '../../environment.ts'

export interface ProbeResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The address of our end of the connection. */
  readonly localAddress: string
  /** Seconds since the epoch. */
  readonly sentAt: number
  readonly receivedAt: number
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A form, unless `headers` say otherwise. */
  readonly body?: string | undefined
  /** Whether the certificate must be valid. @default false */
  readonly checksCertificate?: boolean
}

/** Sends one request; redirects are not followed. @throws Unreachable */
export type Probe = (url: string, sent?: Sent) => Promise<ProbeResponse>

/** There was no response. The message says why. */
export class Unreachable extends Error {}

const timeoutMs = 10_000
/** Of a larger response the rest is not read. */
const maxBytes = 256 * 1024

/** A wrong certificate does not end it, unless that is asked for: `tls` reports it, and the other checks go on. */
export async function probe(url: string, sent: Sent = {}, now: Clock = systemClock): Promise<ProbeResponse> {
  const sentAt = now()
  try {
    const response = await send(url, sent)
    const { localAddress = '' } = response.socket
    const body = await readBody(response)
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body,
      localAddress,
      sentAt,
      receivedAt: now(),
    }
  } catch (error) {
    throw new Unreachable(reasonOf(error))
  }
}

function send(
  url: string,
  { method = 'GET', headers = {}, body, checksCertificate = false }: Sent,
): Promise<IncomingMessage> {
  const open = url.startsWith('https:') ? httpsRequest : httpRequest
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const request = open(url, {
      method,
      headers: { accept: '*/*', 'user-agent': 'countersign-doctor', ...type, ...headers },
      // A connection for each request: none stays open at the end.
      agent: false,
      rejectUnauthorized: checksCertificate,
      signal: AbortSignal.timeout(timeoutMs),
    })
    request.once('error', reject)
    request.once('response', resolve)
    // Such as after 101 (Switching Protocols), which nobody has asked for.
    request.once('close', () => reject(new Error('the connection was closed without a response')))
    request.end(body)
  })
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  return headers
}

/** Such as `connect ECONNREFUSED 127.0.0.1:8000`. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown error'
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no response in ${timeoutMs / 1000} seconds`
  // OpenSSL's message is a line with numbers and names of files.
  const [, reason] = /:SSL routines:[^:]*:([^:]+)/.exec(error.message) ?? []
  return reason === undefined ? error.message.trim() : `TLS fails: ${reason}`
}

/** For secrets. */
export const trustedProbe: Probe = (url, sent) => probe(url, { ...sent, checksCertificate: true })

/** The id by which `countersign why` finds the request. Of anything else an operator must not make a command. */
export function requestIdIn(headers: Headers): string | undefined {
  const id = headers.get('x-request-id')
  return id !== null && /^\w[\w-]{0,63}$/.test(id) ? id : undefined
}

/** The JSON object in the body; `undefined` when there is none. */
export function jsonIn({ body }: Pick<ProbeResponse, 'body'>): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined
  } catch {
    return undefined
  }
}
