/** Finishes answers: security headers, caching, CORS, and the one place where error bodies are made. */
import { answerOf, OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Route } from '../routes.ts'
import { isOutage } from '../store/errors.ts'

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

const cacheControl = {
  'no-store': 'no-store',
  short: 'public, max-age=300',
  asset: 'public, max-age=3600',
} as const satisfies Record<Route['cache'], string>

/** The answer as it goes out. */
export function finish<Answer extends Reply>(
  reply: Answer,
  requestId: string,
  route: Pick<Route, 'cache' | 'cors'>,
): Answer {
  const headers: Record<string, string> = {
    ...securityHeaders,
    'x-request-id': requestId,
    'cache-control': reply.status < 400 ? cacheControl[route.cache] : 'no-store',
    ...reply.headers,
  }
  if (route.cors === 'any') headers['access-control-allow-origin'] = '*'
  return { ...reply, headers }
}

/**
 * The answer to a rejection: the tutorial's `detail` beside the RFC's `error` and `error_description`. Anything but an
 * OAuthError is our fault or the database's: it leaves without a word of what happened.
 */
export function errorReply(error: OAuthError): TextReply {
  const { status, challenge, error: word } = answerOf(error.code)
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(challenge && { 'www-authenticate': challenge }),
      ...error.headers,
    },
    body: JSON.stringify({ detail: error.message, error: word, error_description: error.message }),
  }
}

/** What was thrown, as a rejection. */
export function asRejection(thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown
  if (isOutage(thrown)) {
    return new OAuthError('temporarily_unavailable', 'The server is temporarily unavailable. Try again shortly.', {
      reason: 'database_unavailable',
      headers: { 'retry-after': '5' },
      cause: thrown,
    })
  }
  return new OAuthError('server_error', 'Internal Server Error', { reason: 'internal_error', cause: thrown })
}
