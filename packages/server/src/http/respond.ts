/** Completes responses: security headers, caching, CORS. The one place that makes error bodies. */

import type { Config } from '../config/options.ts'
import { errorUri } from '../oauth/error-uri.ts'
import { OAuthError, responseOf } from '../oauth/errors.ts'
import { errorPage } from '../pages/error.ts'
import { formPostPage } from '../pages/form-post.ts'
import { loadedSources, stillPagePolicy } from '../pages/frame.ts'
import { html, type Reply, type TextReply } from '../reply.ts'
import type { Route } from '../routes.ts'
import { DatabaseBusy } from '../store/database-busy.ts'
import { isOutage } from '../store/errors.ts'
import { cookieLine } from './cookies.ts'
import { sharingHeaders } from './cors.ts'
import { errorFrame, type PageRequest, startAgain } from './error-frame.ts'

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // For browsers without frame-ancestors (RFC 9700 §4.16).
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/**
 * RFC 6797 §6.1: for a year, this host alone. §7.2: not over plain http; an https issuer is reached by https, and browsers ignore the
 * header elsewhere (§8.1).
 */
const secureTransport = { 'strict-transport-security': 'max-age=31536000' }

const cacheControl = {
  'no-store': 'no-store',
  short: 'public, max-age=300',
  asset: 'public, max-age=3600',
} as const satisfies Record<Route['cache'], string>

/** The complete response. `clientOrigin` is the origin of the client's script that sent the request. */
export function finish<Response extends Reply>(
  config: Config,
  reply: Response,
  requestId: string,
  route: Pick<Route, 'cache' | 'cors'>,
  clientOrigin: string | undefined,
): Response {
  const headers: Record<string, string> = {
    ...securityHeaders,
    ...(config.issuer.startsWith('https:') && secureTransport),
    'x-request-id': requestId,
    'cache-control': reply.status < 400 ? cacheControl[route.cache] : 'no-store',
    ...reply.headers,
    ...sharingHeaders(route.cors, clientOrigin),
  }
  return {
    ...reply,
    headers,
    ...(reply.cookies && { cookieLines: reply.cookies.map((cookie) => cookieLine(config, cookie)) }),
  }
}

/**
 * The response to a rejection: the tutorial's `detail`, and `error` and `error_description` of RFC 6749 §5.2. `asRejection` makes sure
 * that other errors, which are our bugs or failures of the database, reveal nothing.
 */
export function errorReply(config: Config, error: OAuthError): TextReply {
  const { status, error: word } = responseOf(error.code)
  return {
    status,
    headers: { 'content-type': 'application/json', ...errorHeaders(error) },
    body: JSON.stringify({
      detail: error.message,
      error: word,
      error_description: error.message,
      error_uri: errorUri(config.issuer, error),
    }),
  }
}

/** The same as a page in the user's language, with the same information as the JSON. */
export function errorPageReply(config: Config, error: OAuthError, requestId: string, request: PageRequest): TextReply {
  const { status } = responseOf(error.code)
  const content = {
    status,
    description: error.message,
    requestId,
    errorUri: errorUri(config.issuer, error),
    startAgain: startAgain(config, request, status),
  }
  const page = html(errorPage(errorFrame(config, request, status), content), stillPagePolicy(config.brand))
  return { ...page, status, headers: { ...page.headers, ...errorHeaders(error) } }
}

/** The page that posts a response to the client (OAuth 2.0 Form Post Response Mode §2). */
export function formPostReply(config: Config, reply: Reply, request: PageRequest): Reply {
  const { formPost, ...rest } = reply
  if (!formPost) return reply
  // No form-action: browsers apply it to the client's redirects too, which may lead anywhere.
  const policy = `default-src 'none'; style-src 'self'; ${loadedSources(config.brand)}; script-src 'self'; base-uri 'none'; frame-ancestors 'none'`
  // Without a language switch: the response is in the page, and the request would be decided again.
  const frame = { ...errorFrame(config, request, reply.status), languageReturn: undefined }
  const page = html(formPostPage(frame, formPost), policy)
  return { ...rest, ...page }
}

function errorHeaders(error: OAuthError): Readonly<Record<string, string>> {
  const { challenge } = responseOf(error.code)
  return { ...(challenge && { 'www-authenticate': challenge }), ...error.headers }
}

/** The rejection for an error of any kind. */
export function asRejection(thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown
  if (thrown instanceof DatabaseBusy) {
    return new OAuthError('temporarily_unavailable', 'The server is busy. Try again in a second.', {
      reason: 'database_busy',
      headers: { 'retry-after': '1' },
      cause: thrown,
    })
  }
  if (isOutage(thrown)) {
    return new OAuthError('temporarily_unavailable', 'The server is temporarily unavailable. Try again shortly.', {
      reason: 'database_unavailable',
      headers: { 'retry-after': '5' },
      cause: thrown,
    })
  }
  return new OAuthError('server_error', 'Internal Server Error', { reason: 'internal_error', cause: thrown })
}
