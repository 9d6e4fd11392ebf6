/**
 * GET and POST /authorize (RFC 6749 §3.1, OIDC Core §3.1.2): from a client's request to its response.
 *
 * The request is its query string. It travels in the URL of every page and is read again at each step, so nothing forged passes
 * and nothing about an unfinished login is stored but the results of its pages. A page shows itself, records what the user
 * decided, and returns here; pages never lead to one another. What comes next is one pure decision, `nextStep`.
 *
 *     GET /authorize?request  <----------------------------------------------+
 *        |  openAuthorization: client known, redirect URI registered?        |
 *        |     no -> error page (until here, nothing is sent to the client)  |
 *        |  readAuthorization: parameters, sessions, results, consent        |
 *        |     wrong -> error to the redirect URI                            |
 *        v                                                                   |
 *     nextStep ---- login ----------> /login           -- result: login -----+
 *        |--------- select_account -> /select-account  -- account, another --+
 *        |--------- consent --------> /consent         -- consent, denied ---+
 *        |--------- error ----------> redirect URI, with the error
 *        +--------- issue ----------> redirect URI, with the code: one transaction with the results that allowed it
 */
import { findBrowser } from '../browser/browser.ts'
import { pageTarget, returnTarget } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import { type NextStep, nextStep } from '../domain/next-step.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readForm, readParameters } from '../oauth/form.ts'
import { targetOfForm } from '../oauth/post-to-get.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import type { Authorization } from './authorization.ts'
import { codeResponse, errorResponse } from './authorization-response.ts'
import { removeResults } from './interaction-results.ts'
import { issueCode } from './issue-code.ts'
import { openAuthorization, readAuthorization } from './read-authorization.ts'

export async function authorize(ctx: Context, request: Request): Promise<Reply> {
  const opened = await openAuthorization(ctx, request.trace, request.query)
  try {
    return await decide(ctx, request, await readAuthorization(ctx, request.trace, findBrowser(ctx, request), opened))
  } catch (error) {
    // RFC 6749 §4.1.2.1: with a proven redirect URI, the client gets the error there. A fault of ours stays a page.
    if (error instanceof OAuthError) return errorResponse(ctx.config, opened.target, error)
    throw error
  }
}

/** OIDC Core §3.1.2.1: POST MUST be supported. It becomes a GET, since a post from another site brings no cookie. */
export function authorizeByPost(ctx: Context, request: Request): Reply {
  if (request.query !== '') {
    throw new OAuthError('invalid_request', 'parameters must be sent in the body alone', {
      reason: 'parameter_in_query',
    })
  }
  readForm(request)
  readParameters(request.body)
  return seeOther(targetOfForm(`${ctx.config.basePath}/authorize`, request.body))
}

async function decide(ctx: Context, request: Request, authorization: Authorization): Promise<Reply> {
  const next = await step(
    request.trace,
    'next_step',
    () => nextStep(authorization.state),
    ({ step: name }) => ({ step: name }),
  )
  switch (next.step) {
    case 'issue': {
      const issued = await step(request.trace, 'issue_code', () => issueCode(ctx, authorization, next.session))
      if (issued.code !== undefined) return codeResponse(ctx.config, authorization.target, issued.code)
      if (issued.problem === 'denied') throw rejection('access_denied')
      // What allowed the code has changed since it was read: decide again.
      return seeOther(returnTarget(ctx, authorization.subject))
    }
    case 'error':
      await removeResults(ctx, authorization)
      throw rejection(next.error)
    default:
      return seeOther(pageTarget(ctx, paths[next.step], authorization.subject.query))
  }
}

const paths = { login: 'login', select_account: 'select-account', consent: 'consent' } as const

function rejection(reason: Extract<NextStep, { step: 'error' }>['error']): OAuthError {
  switch (reason) {
    case 'login_required':
      return new OAuthError('login_required', 'the user has to log in', { reason })
    case 'another_user_logged_in':
      return new OAuthError('login_required', 'another user than the required one has logged in', { reason })
    case 'consent_required':
      return new OAuthError('consent_required', 'the user has to consent', { reason })
    case 'access_denied':
      return new OAuthError('access_denied', 'the user denied the request', { reason })
  }
}
