/**
 * Which headers the proxy forwards in requests and responses: those of these lists and of the option `headers`. Any other header might
 * name another user to the API (`x-remote-user`), or change the whole origin of the app (`speculation-rules`).
 */

const toApi = [
  'accept',
  'accept-language',
  'cache-control',
  'content-digest',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-event-id',
  'prefer',
  'range',
  'repr-digest',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-correlation-id',
  'x-request-id',
]

/** Without `content-encoding` and `content-length`: fetch has already decoded the content. */
const toBrowser = [
  'accept-patch',
  'accept-post',
  'accept-ranges',
  'allow',
  'content-digest',
  'content-disposition',
  'content-language',
  'content-range',
  'content-type',
  'date',
  'deprecation',
  'etag',
  'expires',
  'last-modified',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'repr-digest',
  'retry-after',
  'sunset',
  'vary',
  'x-correlation-id',
  'x-request-id',
]

/** Headers of one connection, not of the message (RFC 9110 §7.6.1), and headers that the proxy sets itself. */
const never = [
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-security-policy',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'location',
  'origin',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-content-type-options',
]

/** Whether an app may name this header in the option `headers`. */
export function mayBeForwarded(name: unknown): boolean {
  // RFC 9110 §5.6.2: tchar, as far as header names in use have it.
  return typeof name === 'string' && /^[\w-]+$/.test(name) && !never.includes(name.toLowerCase())
}

/** The headers of the browser's request for the API. */
export function headersToApi(headers: Headers, more: readonly string[]): Headers {
  return pick(headers, [...toApi, ...more])
}

/** The headers of the API's response for the browser, with those that keep the response harmless on the app's own origin. */
export function headersToBrowser(headers: Headers, more: readonly string[]): Headers {
  const picked = pick(headers, [...toBrowser, ...more])
  // The browser's request has no Authorization: a shared cache would serve the response to every user (RFC 9111 §3.5).
  picked.set('cache-control', 'no-store')
  // Otherwise a page of the API would run as a page of the app.
  picked.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  picked.set('x-content-type-options', 'nosniff')
  return picked
}

function pick(headers: Headers, names: readonly string[]): Headers {
  // RFC 9110 §7.6.1: headers that Connection names belong to the connection as well.
  const named = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  return new Headers([...headers].filter(([name]) => names.includes(name) && !named.includes(name)))
}
