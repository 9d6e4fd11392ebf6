/** A guard's view of a request of Node's HTTP server, with or without a framework. */
import type { GuardRequest } from '../guard-request.ts'
import type { NodeRequest, RoutedRequest } from './frameworks.ts'

// RFC 3986 §3.2.2: a host and a port, and nothing that could begin a path.
const webOrigin = /^https?:\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

/**
 * A guard's view of the request.
 *
 * @param target the target of the request line, as received
 * @param origin returns where it was sent, such as `https://api.example`; called only when the URL is needed
 */
export function guardRequest(request: NodeRequest, target: string, origin: () => string): GuardRequest {
  return {
    viewOf: request,
    method: request.method ?? 'GET',
    target,
    get url() {
      // RFC 9112 §3.2.2: a target in absolute form includes its host.
      if (!target.startsWith('/')) return target
      const from = origin()
      // The path is only the target's: `Host: api.example/public?` must not change it. No proof matches a URL without a host.
      return (webOrigin.test(from) ? from : 'http://') + target
    },
    headers: { get: (name) => readHeader(request, name) },
  }
}

/** Where the request was sent, as the request itself claims. */
export function originOf({ socket, headers }: NodeRequest): string {
  const scheme = Reflect.get(socket, 'encrypted') === true ? 'https' : 'http'
  // RFC 9113 §8.3.1: HTTP/2 has :authority instead of Host.
  return `${scheme}://${headers[':authority'] ?? headers['host'] ?? ''}`
}

/** Where the request was sent, according to a proxy that the app trusts. The proxy may have trusted its client. */
export function trustedOriginOf({ protocol, host }: RoutedRequest): string {
  return `${protocol}://${host ?? ''}`
}

/** The path without its query. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}

/**
 * The value of the header; several are joined by ", " (RFC 9110 §5.3). Node itself keeps the first Authorization and silently drops the
 * others: the guard and another program could then check different tokens of one request.
 */
function readHeader({ headers, rawHeaders }: NodeRequest, name: string): string | null {
  const key = name.toLowerCase()
  const received: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index]
    // Lengths first: most names differ in length, and this runs for each header of each request.
    if (sent?.length === key.length && sent.toLowerCase() === key) received.push(rawHeaders[index + 1] ?? '')
  }
  if (received.length > 1) return received.join(', ')
  // Not the received value: a middleware may have set or removed it on purpose.
  const value = headers[key]
  return typeof value === 'object' ? value.join(', ') : (value ?? null)
}
