/** Reads the token of a request: from the Authorization header, and from nowhere else (RFC 6750 §2, §2.1). */

import type { GuardRequest } from './guard-request.ts'
import { TokenRejection } from './token-rejection.ts'

/**
 * The content of an Authorization header.
 *
 * - `absent`: no header, or another scheme: the challenge has no error code
 * - `malformed`: the scheme is Bearer, but not followed by exactly one token: `invalid_request`
 * - `token`: a well-formed token; nothing about it is proven yet
 */
export type Bearer =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'token'; readonly token: string }

// RFC 9110 §11.1, §5.6.2: a scheme is a whole token: "Bearerish x" does not have the scheme Bearer.
const schemeText = /^[!#$%&'*+\-.^_`|~0-9a-z]*/i

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

const absent: Bearer = Object.freeze({ kind: 'absent' })
const malformed: Bearer = Object.freeze({ kind: 'malformed' })

/**
 * Reads the value of an Authorization header; never throws.
 *
 * Takes exactly one space for the grammar's `1*SP`: no client sends two, and each header then has one spelling.
 *
 * @param authorization the value of the header as received; `undefined` when the request has none
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

/** Whether a text is valid as a token in a header (RFC 6750 §2.1). */
export function isBearerToken(text: string): boolean {
  return b64token.test(text)
}

/** @param acceptsDpop whether the scheme DPoP is accepted too (RFC 9449 §7.1) @throws TokenRejection */
export function readRequestToken(request: GuardRequest, acceptsDpop: boolean): string {
  // Programs without types may pass another object: this error has the fix, "get is not a function" would not.
  if (typeof request?.headers?.get !== 'function') {
    const expected = 'a web-standard Request; for others there is @countersign/guard/node'
    throw new TokenRejection('verification_failed', { expected })
  }
  // The platform joins several headers with commas, which no token has: together they are malformed.
  const authorization = request.headers.get('authorization') ?? undefined
  const bearer = readBearer(authorization)
  const presented = bearer.kind === 'absent' && acceptsDpop ? readDpopToken(authorization) : bearer
  const isInQuery = presented.kind !== 'malformed' && hasTokenInQuery(request.target ?? request.url)
  if (presented.kind === 'token') {
    if (!isInQuery) return presented.token
    // RFC 6750 §2: clients MUST NOT use more than one method to transmit the token in each request.
    throw new TokenRejection('token_sent_twice', { expected: 'a token in the header alone', received: inQuery })
  }
  if (presented.kind === 'malformed') {
    throw new TokenRejection('authorization_malformed', { expected: 'the scheme, one space and one token' })
  }
  // RFC 6750 §5.3, RFC 9700 §4.3.2: URLs end up in logs and histories. A token there is not read, but has its own reason.
  if (isInQuery) {
    throw new TokenRejection('token_in_query', { expected: 'the Authorization header', received: inQuery })
  }
  throw new TokenRejection('token_missing', { expected: 'a Bearer token' })
}

const inQuery = 'access_token in the URL'

/** Programs without types may leave the URL out. */
function hasTokenInQuery(url = ''): boolean {
  const start = url.indexOf('?')
  if (start === -1) return false
  const query = url.slice(start + 1)
  // The characters of a name may be percent-encoded. Almost no query needs the second look.
  return /access_token|%/.test(query) && new URLSearchParams(query).has('access_token')
}
