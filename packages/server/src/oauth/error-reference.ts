/** All codes and reasons in the order of the reference: for the page at `/errors` and for docs/reference/errors.md. */

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
  /** What stands behind `#` in `error_uri`: each once in the whole reference. */
  readonly word: string
  readonly happened: string
  readonly remedy: string
}

export const errorAreas: readonly ErrorArea[] = [
  area(
    'Error codes',
    'What an answer says when its exact reason stays with the operator. Most are the words of RFC 6749, RFC 6750 and OpenID Connect.',
    // A code that is a reason word too has its entry there.
    Object.fromEntries(Object.entries(codeEntries).filter(([code]) => !Object.hasOwn(reasons, code))),
  ),
  area(
    'Logging in',
    'Told to the operator: whatever is wrong with an account, the answer points to `incorrect_login`.',
    loginReasons,
  ),
  area('Forms', 'What is wrong with the form itself.', formReasons),
  area(
    'Clients',
    'Told to the operator: whatever is wrong with a client, the answer points to `invalid_client`.',
    clientReasons,
  ),
  area(
    'Asking for authorization',
    'What /authorize refuses: on a page until the redirect URI is proven, and then at that URI.',
    authorizeReasons,
  ),
  area('Codes and refresh tokens', 'Told to the operator only: the answer is `invalid_grant`.', grantReasons),
  area('Using a token', 'What a resource, or the revocation and introspection of tokens, refuses.', bearerReasons),
  area(
    'Verifying a token',
    'Told to the operator only: the answer is `invalid_token`. They are `TokenRejection.reason` of `@countersign/guard` as well, in the order in which they are checked.',
    verifierReasons,
  ),
  area('Pages and log-out', 'What the forms of the log-in pages, and /logout, refuse.', pageReasons),
  area('The request itself', 'What is refused before anyone looks at what is asked for.', requestReasons),
  area('Ours', 'Not the fault of who asked.', ownReasons),
]

function area(title: string, introduction: string, words: Readonly<Record<string, ReasonEntry>>): ErrorArea {
  const entries = Object.entries(words).map(([word, { happened, remedy }]) => ({ word, happened, remedy }))
  return { title, introduction, entries }
}
