/** Rejects malformed requests that parsers of HTTP accept: checked on the raw request, before anything reads it. */
import type { IncomingMessage } from 'node:http'
import { OAuthError } from '../oauth/errors.ts'
import { maxTargetLength, targetTooLong } from '../oauth/post-to-get.ts'
import type { Reason } from '../oauth/reasons.ts'

/** Bytes of all headers together. */
export const maxHeaderBytes: number = 32 * 1024

/** Headers that may occur once. Node uses the first of several, proxies often the last (RFC 9110 §5.3). */
const singleHeaders = new Set(['host', 'authorization', 'content-type', 'content-length', 'dpop', 'origin'])

/** Those of them whose single value has no comma. */
const commaFreeHeaders = ['content-length', 'dpop', 'origin']

const validHost = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** What is wrong with a request from Node's parser; `undefined` when nothing is. */
export function requestProblem(incoming: IncomingMessage, target: string): OAuthError | undefined {
  const { headers, httpVersion } = incoming
  const wrongTarget = targetProblem(target)
  if (wrongTarget) return wrongTarget
  // RFC 9112 §6.1: in HTTP/1.0 any transfer coding means faulty framing.
  const coding = headers['transfer-encoding']
  if (isUnreadable(coding) || (coding !== undefined && httpVersion === '1.0')) return unreadableCoding()
  if (repeatsSingleHeader(incoming)) return repeatedHeader()
  // RFC 9113 §8.3.1: HTTP/2 has :authority in place of Host.
  const host = headers.host ?? authorityOf(headers)
  // HTTP/1.0 has no Host; health checks of load balancers use it.
  return host === undefined && httpVersion === '1.0' ? undefined : hostProblem(host)
}

/** The same for a web-standard request. Its runtime has parsed and normalized it; what it still shows of the wire is checked. */
export function webRequestProblem({ headers }: globalThis.Request, target: string): OAuthError | undefined {
  const wrongTarget = targetProblem(target)
  if (wrongTarget) return wrongTarget
  let length = 0
  for (const [name, value] of headers) length += name.length + value.length
  if (length > maxHeaderBytes) {
    return new OAuthError('headers_too_large', 'the request headers are too large', { reason: 'headers_too_large' })
  }
  const coding = headers.get('transfer-encoding') ?? undefined
  if (isUnreadable(coding)) return unreadableCoding()
  // RFC 9112 §6.3: a message with both might be an attempt at request smuggling, and ought to be handled as an error.
  if (coding !== undefined && headers.has('content-length')) return repeatedHeader()
  if (!/^\d{1,15}$/.test(headers.get('content-length') ?? '0')) {
    return malformed('the Content-Length is malformed', 'http_malformed')
  }
  // Of a header that was sent twice, a web-standard request has both values, with a comma between them.
  const isRepeated = commaFreeHeaders.some((name) => headers.get(name)?.includes(','))
  if (isRepeated) return repeatedHeader()
  // A request that a program made has no Host.
  const host = headers.get('host')
  return host === null ? undefined : hostProblem(host)
}

function authorityOf(headers: IncomingMessage['headers']): string | undefined {
  const authority = headers[':authority']
  return typeof authority === 'string' ? authority : undefined
}

function targetProblem(target: string): OAuthError | undefined {
  // RFC 9112 §3.2: only the origin form is for an origin server that is not a proxy.
  if (!target.startsWith('/')) return malformed('the request target must be a path', 'target_not_a_path')
  if (target.length > maxTargetLength) return targetTooLong()
  // The path is compared as sent. Proxies and clients rewrite dot segments, backslashes and fragments.
  return /^[^?]*(?:\\|#|\/\.{1,2}(?:[/?]|$))|[^\x21-\x7e]/.test(target)
    ? malformed('the request target is malformed', 'target_malformed')
    : undefined
}

/** RFC 9112 §6.1: an unknown transfer coding cannot be read. */
function isUnreadable(coding: string | undefined): boolean {
  return coding !== undefined && coding.toLowerCase() !== 'chunked'
}

function unreadableCoding(): OAuthError {
  return malformed('the Transfer-Encoding is not supported', 'transfer_coding_unsupported')
}

function repeatedHeader(): OAuthError {
  return malformed('a header that may occur once was sent twice', 'header_repeated')
}

/** RFC 9112 §3.2: the response to an invalid Host field value is 400. The host is never used to build URLs. */
function hostProblem(host: string | undefined): OAuthError | undefined {
  return host !== undefined && validHost.test(host)
    ? undefined
    : malformed('the Host header is malformed', 'host_malformed')
}

function repeatsSingleHeader({ rawHeaders, headers }: IncomingMessage): boolean {
  // In nearly every request no name occurs twice: there are as many headers as names.
  if (rawHeaders.length / 2 === Object.keys(headers).length) return false
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  return names.some((name, index) => singleHeaders.has(name) && names.indexOf(name) !== index)
}

function malformed(description: string, reason: Reason): OAuthError {
  return new OAuthError('invalid_request', description, { reason })
}
