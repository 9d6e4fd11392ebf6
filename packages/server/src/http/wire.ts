/** What Node's HTTP parser lets through and we do not: checked on the raw request, before anything reads it. */
import type { IncomingMessage } from 'node:http'
import { OAuthError } from '../oauth/errors.ts'
import { maxTargetLength, targetTooLong } from '../oauth/post-to-get.ts'
import type { Reason } from '../oauth/reasons.ts'

/** Headers that may come once. Node keeps the first of several, proxies often the last (RFC 9110 §5.3). */
const singleHeaders = new Set(['host', 'authorization', 'content-type', 'content-length', 'dpop', 'origin'])

const validHost = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** What is wrong with the request as sent; `undefined` when nothing is. */
export function wireProblem(incoming: IncomingMessage): OAuthError | undefined {
  const target = incoming.url ?? ''
  // RFC 9112 §3.2: only the origin form is for an origin server that is not a proxy.
  if (!target.startsWith('/')) return malformed('the request target must be a path', 'target_not_a_path')
  if (target.length > maxTargetLength) return targetTooLong()
  // The path is compared as sent: dot segments, backslashes and fragments would be rewritten on the way.
  if (/^[^?]*(?:\\|#|\/\.{1,2}(?:[/?]|$))|[^\x21-\x7e]/.test(target)) {
    return malformed('the request target is malformed', 'target_malformed')
  }
  // RFC 9112 §6.1: a transfer coding that is not understood can't be read, and under HTTP/1.0 any means faulty framing.
  const coding = incoming.headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || incoming.httpVersion === '1.0')) {
    return malformed('the Transfer-Encoding is not supported', 'transfer_coding_unsupported')
  }
  if (repeatsSingleHeader(incoming)) return malformed('a header that may come once was sent twice', 'header_repeated')
  // RFC 9112 §3.2: an invalid Host field value is answered 400. The host is never used to build URLs.
  const { host } = incoming.headers
  // HTTP/1.0 knows no Host; load balancers check with it.
  if (host === undefined && incoming.httpVersion === '1.0') return undefined
  return host !== undefined && validHost.test(host)
    ? undefined
    : malformed('the Host header is malformed', 'host_malformed')
}

function repeatsSingleHeader({ rawHeaders, headers }: IncomingMessage): boolean {
  // Where no name came twice, as nearly always, there are as many headers as names.
  if (rawHeaders.length / 2 === Object.keys(headers).length) return false
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  return names.some((name, at) => singleHeaders.has(name) && names.indexOf(name) !== at)
}

function malformed(description: string, reason: Reason): OAuthError {
  return new OAuthError('invalid_request', description, { reason })
}
