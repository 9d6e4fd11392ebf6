/** Which headers the proxy passes on, there and back. */

/** Of one connection, not of the message (RFC 9110 §7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** What is between the browser and the app, what fetch sets by itself, and what would speak for the browser at the API. */
const notToApi = [
  ...hopByHop,
  'accept-encoding',
  'authorization',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'origin',
  'referer',
]

/** What fetch has undone already, and what would act on the whole origin of the app. */
const notToBrowser = [
  ...hopByHop,
  'alt-svc',
  'clear-site-data',
  'content-encoding',
  'content-length',
  'content-security-policy',
  'location',
  'nel',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'strict-transport-security',
]

/** The headers of the browser's request that the API may see. */
export function headersToApi(headers: Headers): Headers {
  return without(headers, notToApi, /^(sec-|proxy-|x-forwarded-)/)
}

/** The headers of the API's answer that the browser may see, with those that keep the answer harmless on the app's own origin. */
export function headersToBrowser(headers: Headers): Headers {
  const kept = without(headers, notToBrowser, /^(access-control-|cross-origin-)/)
  // The browser's request has no Authorization, so a shared cache would take the answer for everybody's (RFC 9111 §3.5).
  kept.set('cache-control', 'no-store')
  // A page of the API would otherwise run as a page of the app.
  kept.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  kept.set('x-content-type-options', 'nosniff')
  return kept
}

function without(headers: Headers, names: readonly string[], pattern: RegExp): Headers {
  // RFC 9110 §7.6.1: what Connection names belongs to the connection as well.
  const named = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  const kept = [...headers].filter(([name]) => !names.includes(name) && !named.includes(name) && !pattern.test(name))
  return new Headers(kept)
}
