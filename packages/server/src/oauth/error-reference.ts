/** All codes and reasons, in the order of the reference: for the page at `/errors` and for docs/reference/errors.md. */

import { authorizeReasons } from './reasons/authorize.ts'
import { clientReasons } from './reasons/client.ts'
import { codeEntries } from './reasons/codes.ts'
import { formReasons } from './reasons/form.ts'
import { grantReasons } from './reasons/grant.ts'
import { loginReasons } from './reasons/login.ts'
import { pageReasons } from './reasons/page.ts'
import type { ReasonEntry } from './reasons/reason-entry.ts'
import { ownReasons, requestReasons } from './reasons/request.ts'
import { bearerReasons, verifierReasons } from './reasons/token.ts'
import { reasons } from './reasons.ts'

export interface ErrorArea {
  readonly title: string
  readonly introduction: string
  readonly entries: readonly ErrorAreaEntry[]
}

export interface ErrorAreaEntry {
  /** The fragment of `error_uri`. Each word occurs once in the whole reference. */
  readonly word: string
  readonly happened: string
  readonly remedy: string
}

export const errorAreas: readonly ErrorArea[] = [
  area(
    'Error codes',
    'What a response says when only the operator sees the exact reason. Most codes are those of RFC 6749, RFC 6750 and OpenID Connect.',
    // A code that is also a reason has its entry there.
    Object.fromEntries(Object.entries(codeEntries).filter(([code]) => !Object.hasOwn(reasons, code))),
  ),
  area(
    'Logging in',
    'For the operator: whatever is wrong with an account, the response refers to `incorrect_login`.',
    loginReasons,
  ),
  area('Forms', 'Problems of the form itself.', formReasons),
  area(
    'Clients',
    'For the operator: whatever is wrong with a client, the response refers to `invalid_client`.',
    clientReasons,
  ),
  area(
    'Authorization requests',
    'What /authorize rejects: on a page until the redirect URI is verified, and at that URI afterwards.',
    authorizeReasons,
  ),
  area('Codes and refresh tokens', 'For the operator only: the response is `invalid_grant`.', grantReasons),
  area('Using a token', 'What resources, revocation and introspection reject.', bearerReasons),
  area(
    'Verifying a token',
    'For the operator only: the response is `invalid_token`. They are also `TokenRejection.reason` of `@countersign/guard`, in the order in which they are checked.',
    verifierReasons,
  ),
  area('Pages and logout', 'What the forms of the login pages, and /logout, reject.', pageReasons),
  area('The request itself', 'What is rejected before the meaning of the request is checked.', requestReasons),
  area('Server failures', 'The client has made no mistake.', ownReasons),
]

function area(title: string, introduction: string, words: Readonly<Record<string, ReasonEntry>>): ErrorArea {
  const entries = Object.entries(words).map(([word, { happened, remedy }]) => ({ word, happened, remedy }))
  return { title, introduction, entries }
}
