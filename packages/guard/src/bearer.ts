/** Reads the Authorization header of a request to a protected resource (RFC 6750 §2.1). */

import type { GuardRequest } from './guard-request.ts'
import { TokenRejection } from './token-rejection.ts'

/**
 * What an Authorization header holds.
 *
 * - `absent`: no header, or another scheme: challenge without an error code
 * - `malformed`: the scheme is Bearer, but what follows is not one token: `invalid_request`
 * - `token`: a well-formed token of which nothing is proven yet
 */
export type Bearer =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'token'; readonly token: string }

// RFC 9110 §11.1, §5.6.2: a scheme is a token, so that "Bearerish x" has another one than Bearer.
const schemeText = /^[!#$%&'*+\-.^_`|~0-9a-z]*/i

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

const absent: Bearer = Object.freeze({ kind: 'absent' })
const malformed: Bearer = Object.freeze({ kind: 'malformed' })

/**
 * Reads the value of an Authorization header; never throws.
 *
 * The grammar's `1*SP` is read as exactly one space: no client sends two, and a header has one spelling this way.
 *
 * @param authorization the header's value as received, `undefined` when the request has none
 * @see RFC 6750 §2.1
 */
export function readBearer(authorization: string | undefined): Bearer {
  return readToken('bearer', authorization)
}

/** The same for the scheme DPoP, whose token has the same grammar (RFC 9449 §7.1: token68). */
export function readDpopToken(authorization: string | undefined): Bearer {
  return readToken('dpop', authorization)
}

function readToken(scheme: string, authorization = ''): Bearer {
  const [given = ''] = schemeText.exec(authorization) ?? []
  // RFC 9110 §11.1: the scheme is case-insensitive.
  if (given.toLowerCase() !== scheme) return absent
  const token = authorization.slice(given.length + 1)
  return authorization[given.length] === ' ' && isBearerToken(token) ? { kind: 'token', token } : malformed
}

/** Whether a text may stand for a token in a header (RFC 6750 §2.1). */
export function isBearerToken(text: string): boolean {
  return b64token.test(text)
}

/** @param takesDpop whether the scheme DPoP is read as well (RFC 9449 §7.1) @throws TokenRejection */
export function readRequestToken(request: GuardRequest, takesDpop: boolean): string {
  // What programs without types give: they are told the fix, for nobody finds it in "get is not a function".
  if (typeof request?.headers?.get !== 'function') {
    const expected = 'a web-standard Request; for others there is @countersign/guard/node'
    throw new TokenRejection('verification_failed', { expected })
  }
  // Several headers come joined by commas, which no token has: they are malformed together.
  const authorization = request.headers.get('authorization') ?? undefined
  const bearer = readBearer(authorization)
  const presented = bearer.kind === 'absent' && takesDpop ? readDpopToken(authorization) : bearer
  if (presented.kind === 'token') return presented.token
  if (presented.kind === 'malformed') {
    throw new TokenRejection('authorization_malformed', { expected: 'the scheme, one space and one token' })
  }
  // RFC 6750 §5.3, RFC 9700 §4.3.2: URLs end up in logs and histories, so that a token there is not read but told apart.
  if (hasTokenInQuery(request.url)) {
    throw new TokenRejection('token_in_query', {
      expected: 'the Authorization header',
      received: 'access_token in the URL',
    })
  }
  throw new TokenRejection('token_missing', { expected: 'a Bearer token' })
}

function hasTokenInQuery(url: string): boolean {
  return /[?&]access_token=/.test(url)
}
