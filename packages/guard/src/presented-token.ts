/** Finds the token of a request: in its Authorization header, and nowhere else (RFC 6750 §2). */
import { readBearer, readDpopToken } from './bearer.ts'
import type { GuardRequest } from './guard-request.ts'
import { Refused } from './refused.ts'

/** @param takesDpop whether the scheme DPoP is read as well (RFC 9449 §7.1) @throws Refused */
export function readPresentedToken(request: GuardRequest, takesDpop: boolean): string {
  // What programs without types give: they are told the fix, for nobody finds it in "get is not a function".
  if (typeof request?.headers?.get !== 'function') {
    const expected = 'a web-standard Request; for others there is @countersign/guard/node'
    throw new Refused('verification_failed', { expected })
  }
  // Several headers come joined by commas, which no token has: they are malformed together.
  const authorization = request.headers.get('authorization') ?? undefined
  const bearer = readBearer(authorization)
  const presented = bearer.kind === 'absent' && takesDpop ? readDpopToken(authorization) : bearer
  if (presented.kind === 'token') return presented.token
  if (presented.kind === 'malformed') {
    throw new Refused('authorization_malformed', { expected: 'the scheme, one space and one token' })
  }
  // RFC 6750 §5.3, RFC 9700 §4.3.2: URLs end up in logs and histories, so that a token there is not read but told apart.
  if (hasTokenInQuery(request.url)) {
    throw new Refused('token_in_query', { expected: 'the Authorization header', received: 'access_token in the URL' })
  }
  throw new Refused('token_missing', { expected: 'a Bearer token' })
}

function hasTokenInQuery(url: string): boolean {
  return /[?&]access_token=/.test(url)
}
