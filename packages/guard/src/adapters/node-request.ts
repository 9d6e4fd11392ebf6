/** A request of Node's HTTP server, in the framework's wrapping or without, as a guard looks at it. */
import type { GuardRequest } from '../guard-request.ts'
import type { NodeRequest, RoutedRequest } from './frameworks.ts'

// RFC 3986 §3.2.2: a host and a port, and nothing in which a path could begin.
const webOrigin = /^https?:\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

/**
 * A guard's view of the request.
 *
 * @param target of the request line, as received
 * @param origin where it was sent, such as `https://api.example`: asked for only when the URL is needed
 */
export function guardRequest(request: NodeRequest, target: string, origin: () => string): GuardRequest {
  return {
    viewOf: request,
    method: request.method ?? 'GET',
    get url() {
      // RFC 9112 §3.2.2: a target in absolute form names its host itself.
      if (!target.startsWith('/')) return target
      const from = origin()
      // The path is the target's alone: `Host: api.example/public?` must not choose another. No proof fits a URL without a host.
      return (webOrigin.test(from) ? from : 'http://') + target
    },
    headers: { get: (name) => readHeader(request, name) },
  }
}

/** Where a request was sent, by its own words: nobody has looked at them. */
export function originOf({ socket, headers }: NodeRequest): string {
  const scheme = Reflect.get(socket, 'encrypted') === true ? 'https' : 'http'
  // RFC 9113 §8.3.1: HTTP/2 has :authority in the place of Host.
  return `${scheme}://${headers[':authority'] ?? headers['host'] ?? ''}`
}

/** Where a request was sent, by the word of a proxy that the app trusts, and who may have trusted its client. */
export function trustedOriginOf({ protocol, host }: RoutedRequest): string {
  return `${protocol}://${host ?? ''}`
}

/** The path alone, without what follows `?`. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}

/**
 * The header's value; several are joined by ", " (RFC 9110 §5.3). Node itself keeps the first Authorization and drops the
 * others in silence: who checks another one than the next program on the way would let in what that one refuses.
 */
function readHeader({ headers, rawHeaders }: NodeRequest, name: string): string | null {
  const key = name.toLowerCase()
  const received: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index]
    // Lengths first: they tell most names apart, and this runs for each header of each request.
    if (sent?.length === key.length && sent.toLowerCase() === key) received.push(rawHeaders[index + 1] ?? '')
  }
  if (received.length > 1) return received.join(', ')
  // Not the received one: a middleware may have set or removed it on purpose.
  const value = headers[key]
  return typeof value === 'object' ? value.join(', ') : (value ?? null)
}
