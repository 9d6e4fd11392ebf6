/** Reads the Authorization header of a request to a protected resource (RFC 6750 §2.1). */

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
