/** The next step of an authorization request: a page, an error, or the code. A pure decision. */
import type { Prompt } from './prompt.ts'
import type { InteractionResult, Session } from './session.ts'

export interface AuthorizationState {
  readonly prompts: ReadonlySet<Prompt>
  /** Seconds since the login, at most. */
  readonly maxAge: number | undefined
  /** The user who must be logged in, where the client names one (`id_token_hint`, the `sub` of `claims`). */
  readonly requiredUserId: string | undefined
  /** The browser's sessions, the current one first. */
  readonly sessions: readonly Session[]
  /** What the user decided on the pages of this request. */
  readonly results: ReadonlySet<InteractionResult>
  /** Whether the client may have what it requests without asking the user. */
  readonly isConsented: boolean
  /** Whether the user must act on a page of this request, since another program could have sent it in the client's name. */
  readonly mayBeImitated: boolean
  /** Seconds since the epoch. */
  readonly now: number
}

export type NextStep =
  | { readonly step: 'login' | 'select_account' | 'consent' }
  | { readonly step: 'issue'; readonly session: Session }
  | {
      readonly step: 'error'
      readonly error: 'login_required' | 'another_user_logged_in' | 'consent_required' | 'access_denied'
    }

/** The session that the request is about: the current one, or that of the required user. */
export function sessionFor(state: Pick<AuthorizationState, 'sessions' | 'requiredUserId'>): Session | undefined {
  const { sessions, requiredUserId } = state
  return requiredUserId === undefined ? sessions[0] : sessions.find((session) => session.userId === requiredUserId)
}

export function nextStep(state: AuthorizationState): NextStep {
  const { prompts, results, requiredUserId } = state
  if (results.has('denied')) return { step: 'error', error: 'access_denied' }
  const session = sessionFor(state)

  // OIDC Core §3.1.2.1: with prompt=none the server MUST NOT display any authentication or consent page.
  if (prompts.has('none')) return withoutPages(state, session)

  const hasLoggedInNow = results.has('login')
  // OIDC Core §3.1.2.2: if `sub` is requested, a positive answer MUST be about that user alone.
  if (!session && requiredUserId !== undefined && hasLoggedInNow) {
    return { step: 'error', error: 'another_user_logged_in' }
  }
  if (!session) return { step: 'login' }
  if (!hasLoggedInNow) {
    if (prompts.has('login') || isTooOld(session, state)) return { step: 'login' }
    if (results.has('another_account')) return { step: 'login' }
    if (prompts.has('select_account') && !results.has('account')) return { step: 'select_account' }
  }
  const hasActed = !state.mayBeImitated || hasLoggedInNow || results.has('account')
  const isAllowed = state.isConsented && hasActed && !prompts.has('consent')
  if (!results.has('consent') && !isAllowed) return { step: 'consent' }
  return { step: 'issue', session }
}

function withoutPages(state: AuthorizationState, session: Session | undefined): NextStep {
  if (!session || isTooOld(session, state)) return { step: 'error', error: 'login_required' }
  // RFC 8252 §8.6: such a request SHOULD NOT be processed without user interaction.
  if (!state.isConsented || state.mayBeImitated) return { step: 'error', error: 'consent_required' }
  return { step: 'issue', session }
}

/** OIDC Core §3.1.2.1: when more than max_age seconds have passed, the user MUST be authenticated again; max_age=0 is prompt=login. */
function isTooOld(session: Session, { maxAge, now }: AuthorizationState): boolean {
  return maxAge === 0 || (maxAge !== undefined && now - session.authenticatedAt > maxAge)
}
