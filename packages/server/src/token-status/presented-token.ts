/** The bearer token of a request (RFC 6750 §2): in the header, or at some routes in the form. A token in the query is not accepted. */
import { type Bearer, formatChallenge, readBearer } from '@countersign/guard'
import { OAuthError } from '../oauth/errors.ts'
import type { Form } from '../oauth/form.ts'
import type { Request } from '../request.ts'

/** @throws OAuthError `invalid_request` when the request has a token in two places */
export function readPresentedToken(request: Request, form?: Form): Bearer {
  const bearer = readBearer(request.header('authorization'))
  const inForm = form?.get('access_token')
  const places = [bearer.kind !== 'absent', inForm !== undefined, request.query !== '' && isInQuery(request.query)]
  // RFC 6750 §2: clients MUST NOT use more than one method in each request.
  if (places.filter(Boolean).length > 1) {
    throw new OAuthError('invalid_request', 'the token was sent in two ways', {
      reason: 'token_sent_twice',
      expected: 'a token in the Authorization header alone',
      headers: { 'www-authenticate': formatChallenge({ error: 'invalid_request' }) },
    })
  }
  return inForm === undefined ? bearer : { kind: 'token', token: inForm }
}

function isInQuery(query: string): boolean {
  return new URLSearchParams(query).getAll('access_token').some((token) => token !== '')
}
