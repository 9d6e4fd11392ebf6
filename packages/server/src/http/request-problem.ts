/** Rejects malformed requests that Node's HTTP parser accepts: checked on the raw request, before anything reads it. */
import type { IncomingMessage } from 'node:http'
import { OAuthError } from '../oauth/errors.ts'
import { maxTargetLength, targetTooLong } from '../oauth/post-to-get.ts'
import type { Reason } from '../oauth/reasons.ts'

/** Headers that may occur once. Node uses the first of several, proxies often the last (RFC 9110 §5.3). */
const singleHeaders = new Set(['host', 'authorization', 'content-type', 'content-length', 'dpop', 'origin'])

const validHost = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** What is wrong with the request; `undefined` when nothing is. */
export function requestProblem(incoming: IncomingMessage): OAuthError | undefined {
  const target = incoming.url ?? ''
  // RFC 9112 §3.2: only the origin form is for an origin server that is not a proxy.
  if (!target.startsWith('/')) return malformed('the request target must be a path', 'target_not_a_path')
  if (target.length > maxTargetLength) return targetTooLong()
  // The path is compared as sent. Proxies and clients rewrite dot segments, backslashes and fragments.
  if (/^[^?]*(?:\\|#|\/\.{1,2}(?:[/?]|$))|[^\x21-\x7e]/.test(target)) {
    return malformed('the request target is malformed', 'target_malformed')
  }
  // RFC 9112 §6.1: an unknown transfer coding cannot be read, and in HTTP/1.0 any transfer coding means faulty framing.
  const coding = incoming.headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || incoming.httpVersion === '1.0')) {
    return malformed('the Transfer-Encoding is not supported', 'transfer_coding_unsupported')
  }
  if (repeatsSingleHeader(incoming)) return malformed('a header that may occur once was sent twice', 'header_repeated')
  // RFC 9112 §3.2: the response to an invalid Host field value is 400. The host is never used to build URLs.
  const { host } = incoming.headers
  // HTTP/1.0 has no Host; health checks of load balancers use it.
  if (host === undefined && incoming.httpVersion === '1.0') return undefined
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
