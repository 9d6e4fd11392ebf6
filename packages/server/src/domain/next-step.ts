/** What comes next for an authorization request: a page to show, an error, or the code. A pure decision. */
import type { Prompt } from './prompt.ts'
import type { InteractionAnswer, Session } from './session.ts'

export interface Situation {
  readonly prompts: ReadonlySet<Prompt>
  /** Seconds since the password was given, at most. */
  readonly maxAge: number | undefined
  /** Who has to be logged in, when the client said so (`id_token_hint`, the `sub` of `claims`). */
  readonly requiredUserId: string | undefined
  /** The browser's sessions, the current one first. */
  readonly sessions: readonly Session[]
  /** What the person answered on the pages of this request. */
  readonly answers: ReadonlySet<InteractionAnswer>
  /** Whether the user need not be asked what the client may do. */
  readonly isConsented: boolean
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

/** The session that the request is about: the current one, or that of the user the client named. */
export function sessionFor(situation: Pick<Situation, 'sessions' | 'requiredUserId'>): Session | undefined {
  const { sessions, requiredUserId } = situation
  return requiredUserId === undefined ? sessions[0] : sessions.find((session) => session.userId === requiredUserId)
}

export function nextStep(situation: Situation): NextStep {
  const { prompts, answers, requiredUserId } = situation
  if (answers.has('denied')) return { step: 'error', error: 'access_denied' }
  const session = sessionFor(situation)

  // OIDC Core §3.1.2.1: with prompt=none the server MUST NOT display any authentication or consent page.
  if (prompts.has('none')) return withoutPages(situation, session)

  const isLoggedInAfresh = answers.has('login')
  // OIDC Core §3.1.2.2: if `sub` is requested, a positive answer MUST be about that user alone.
  if (!session && requiredUserId !== undefined && isLoggedInAfresh) {
    return { step: 'error', error: 'another_user_logged_in' }
  }
  if (!session) return { step: 'login' }
  if (!isLoggedInAfresh) {
    if (prompts.has('login') || isTooOld(session, situation)) return { step: 'login' }
    if (answers.has('another_account')) return { step: 'login' }
    if (prompts.has('select_account') && !answers.has('account')) return { step: 'select_account' }
  }
  if (!answers.has('consent') && (prompts.has('consent') || !situation.isConsented)) return { step: 'consent' }
  return { step: 'issue', session }
}

function withoutPages(situation: Situation, session: Session | undefined): NextStep {
  if (!session || isTooOld(session, situation)) return { step: 'error', error: 'login_required' }
  if (!situation.isConsented) return { step: 'error', error: 'consent_required' }
  return { step: 'issue', session }
}

/** OIDC Core §3.1.2.1: when more than max_age seconds have passed, the user MUST be authenticated anew; max_age=0 is prompt=login. */
function isTooOld(session: Session, { maxAge, now }: Situation): boolean {
  return maxAge === 0 || (maxAge !== undefined && now - session.authenticatedAt > maxAge)
}
