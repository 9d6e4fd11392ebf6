/**
 * Which headers the proxy passes on, there and back: those of these lists and of the option `headers`. Of all others one can't know whom
 * they speak for at the API (`x-remote-user`), or what they do to the whole origin of the app (`speculation-rules`).
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

/** Not `content-encoding` and `content-length`: fetch has undone them. */
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

/** Of one connection and not of the message (RFC 9110 §7.6.1), or what the proxy answers for itself. */
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
export function mayBePassed(name: unknown): boolean {
  // RFC 9110 §5.6.2: tchar, as far as names of headers have it.
  return typeof name === 'string' && /^[\w-]+$/.test(name) && !never.includes(name.toLowerCase())
}

/** The headers of the browser's request that the API may see. */
export function headersToApi(headers: Headers, more: readonly string[]): Headers {
  return pick(headers, [...toApi, ...more])
}

/** The headers of the API's answer that the browser may see, with those that keep the answer harmless on the app's own origin. */
export function headersToBrowser(headers: Headers, more: readonly string[]): Headers {
  const picked = pick(headers, [...toBrowser, ...more])
  // The browser's request has no Authorization, so a shared cache would take the answer for everybody's (RFC 9111 §3.5).
  picked.set('cache-control', 'no-store')
  // A page of the API would otherwise run as a page of the app.
  picked.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  picked.set('x-content-type-options', 'nosniff')
  return picked
}

function pick(headers: Headers, names: readonly string[]): Headers {
  // RFC 9110 §7.6.1: what Connection names belongs to the connection as well.
  const named = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  return new Headers([...headers].filter(([name]) => names.includes(name) && !named.includes(name)))
}
