/** An authorization request on its way to its response, as data. */
import type { Browser } from '../browser/browser.ts'
import type { PageSubject } from '../browser/page-subject.ts'
import type { AuthorizationState } from '../domain/next-step.ts'
import type { Session } from '../domain/session.ts'
import type { Form } from '../oauth/form.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AuthorizationTarget } from './authorization-target.ts'

/** After the first phase: the client and the redirect URI are proven. */
export interface OpenedAuthorization {
  readonly subject: PageSubject
  readonly target: AuthorizationTarget
  readonly parameters: Form
}

/** After the second phase: the request is valid, and all that decides its next step is known. */
export interface Authorization {
  readonly subject: PageSubject
  readonly target: AuthorizationTarget
  readonly request: AuthorizationRequest
  readonly state: AuthorizationState
  readonly browser: Browser | undefined
  /** The session that the request is about: the current one, or that of the user whom the client requires. */
  readonly session: Session | undefined
  readonly loginHint: string | undefined
}
